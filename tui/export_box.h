/* export_box.h - what to write to a file, in which format, under which name. Pure.
 *
 * Typing changes the name, arrows the format, Tab what is written. A file that exists is asked
 * about before it is replaced.
 */
#pragma once

#include "carry.h"
#include "line.h"
#include "list.h"
#include "prompt.h"

enum export_answer { EXPORT_ANSWER_NONE, EXPORT_ANSWER_WRITE, EXPORT_ANSWER_CLOSE };

struct export_box {
    struct {
        enum carry_thing thing;
        char words[64];
    } things[CARRY_THING_COUNT]; /* what there is to write */
    size_t thing_count;
    size_t thing; /* index into things */
    enum export_format format;
    struct prompt name;
    char stem[96];      /* of the name that is proposed */
    bool is_name_typed; /* the name is the user's */
    bool asks_to_replace;
    char trouble[200]; /* why it could not be written; "" */
    size_t cursor_col; /* of the name, set by drawing */
};

/* stem: of the file names proposed for a task's things; at: what is chosen first. */
void export_box_open(struct export_box *box, const struct carry_source *source, enum carry_thing at,
                     const char *stem);
enum carry_thing export_box_thing(const struct export_box *box);
enum export_answer export_box_key(struct export_box *box, uint32_t key);
/* It was not written: the file exists (then it is asked whether to replace it), or trouble. */
void export_box_fail(struct export_box *box, bool exists, const char *trouble);
size_t export_box_cols(void);
size_t export_box_rows(const struct export_box *box);
void export_box_draw(struct export_box *box, size_t y, struct line *line);
/* Where the name is typed. */
void export_box_cursor(const struct export_box *box, size_t *out_x, size_t *out_y);
