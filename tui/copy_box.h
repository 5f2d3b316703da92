/* copy_box.h - the list of what can be copied here. Pure. */
#pragma once

#include "carry.h"
#include "line.h"
#include "list.h"

/* Things once; rows and lists in the forms that clipboards are pasted into. */
#define COPY_CHOICES_MAX 24
#define COPY_HEAD_BYTES  160

struct copy_choice {
    enum carry_thing thing;
    enum export_format format;
    char words[80];
    char head[COPY_HEAD_BYTES]; /* how it begins, on one line */
};

struct copy_box {
    struct copy_choice choices[COPY_CHOICES_MAX];
    struct list list; /* over them */
};

/* False when there is nothing to copy. at: under the cursor first, where it is there. */
bool copy_box_open(struct copy_box *box, const struct carry_source *source, enum carry_thing at);
void copy_box_resize(struct copy_box *box, int screen_rows);
const struct copy_choice *copy_box_choice(const struct copy_box *box);
size_t copy_box_cols(void);
size_t copy_box_rows(const struct copy_box *box);
void copy_box_draw(const struct copy_box *box, size_t y, struct line *line);
