/* main.c - chooses between the dashboard, the embedded service and the headless verbs. */
#include <stdio.h>

int main(void)
{
    puts("querytop " QUERYTOP_VERSION);
    return 0;
}
