#include "base/secret.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/xalloc.h"

/* A core file would hold the secret. Said again for each secret: it costs nothing. */
static void forbid_core_files(void)
{
    const struct rlimit none = {0, 0};
    prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
    setrlimit(RLIMIT_CORE, &none);
}

void secret_set(struct secret *s, const char *text, size_t len)
{
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    char *copy = NULL;
    if (len > 0) {
        forbid_core_files();
        copy = xstrndup(text, len);
    }
    secret_finish(s);
    s->text = copy;
    s->len = len;
}

bool secret_is_set(const struct secret *s)
{
    return s->text != NULL;
}

void secret_finish(struct secret *s)
{
    if (s->text)
        explicit_bzero(s->text, s->len);
    free(s->text);
    *s = (struct secret){0};
}
