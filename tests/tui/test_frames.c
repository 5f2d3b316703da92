#include "support/testing.h"

#include "app_fixture.h"
#include "base/utf8.h"
#include <locale.h>
#include <stdio.h>

static void show(void **state)
{
    (void)state;
    struct app_fixture f;
    app_fixture_start(&f, app_fixture_shop(1), 120, 40);
    fputs(app_fixture_screen(&f), stdout);
    app_fixture_type(&f, "x");
    app_fixture_finish(&f);
    app_fixture_start(&f, app_fixture_shop(2), 80, 24);
    fputs(app_fixture_screen(&f), stdout);
    app_fixture_type(&f, "x");
    fputs(app_fixture_screen(&f), stdout);
    app_fixture_type(&f, "n\r2");
    fputs(app_fixture_screen(&f), stdout);
    app_fixture_type(&f, "1?");
    fputs(app_fixture_screen(&f), stdout);
    app_fixture_type(&f, "\033\033s");
    fputs(app_fixture_screen(&f), stdout);
    app_fixture_type(&f, "\033");
    app_fixture_type(&f, "G\r3");
    fputs(app_fixture_screen(&f), stdout);
    app_fixture_type(&f, "\0333");
    fputs(app_fixture_screen(&f), stdout);
    app_fixture_type(&f, "fstate=running (");
    fputs(app_fixture_screen(&f), stdout);
    app_fixture_finish(&f);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {cmocka_unit_test(show)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
