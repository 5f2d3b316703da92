/* floor_list - the least that a list in ncurses can cost: the floor of the terminal measurements.
 *
 * floor_list ROWS [TICK_MS]: draws a list of ROWS lines with a header and a footer; Up and Down
 * move the cursor, q quits; with TICK_MS the times of all lines on the screen move on every so
 * often.
 */
#include <curses.h>
#include <locale.h>
#include <stdlib.h>

#ifdef FLOOR_WITH_CURL
#include <curl/curl.h>
#endif

static int top;
static int cursor;
static int tenths;

static void draw(int rows)
{
    int height = LINES - 2;
    erase();
    mvprintw(0, 0, " querytop floor   tasks %d", rows);
    if (cursor < top)
        top = cursor;
    if (cursor >= top + height)
        top = cursor - height + 1;
    for (int i = 0; i < height && top + i < rows; i++) {
        int row = top + i;
        int elapsed = row * 37 % 600 + tenths;
        attrset(row == cursor ? A_REVERSE : A_NORMAL);
        mvprintw(1 + i, 0, "   running %5d.%d  user%-8d dashboard  shop  order_items %-60d",
                 elapsed / 10, elapsed % 10, row % 20, row);
    }
    attrset(A_NORMAL);
    mvaddstr(LINES - 1, 0, " Enter detail   x cancel   q quit");
    refresh();
}

int main(int argc, char **argv)
{
    int rows = argc > 1 ? atoi(argv[1]) : 100;
    int tick_ms = argc > 2 ? atoi(argv[2]) : -1;
    setlocale(LC_ALL, "");
#ifdef FLOOR_WITH_CURL
    /* Linked, and not dropped by the linker. */
    if (rows < 0)
        curl_global_init(CURL_GLOBAL_DEFAULT);
#endif
    initscr();
    cbreak();
    noecho();
    curs_set(0);
    keypad(stdscr, TRUE);
    set_escdelay(25);
    timeout(tick_ms);
    for (int key = 0; key != 'q'; key = getch()) {
        if (key == KEY_DOWN && cursor < rows - 1)
            cursor++;
        if (key == KEY_UP && cursor > 0)
            cursor--;
        if (key == ERR)
            tenths += 10;
        draw(rows);
    }
    endwin();
    return 0;
}
