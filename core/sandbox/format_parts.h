/* format_parts.h - what format.c and format_json.c share. For these two only. */
#pragma once

#include "sandbox/format.h"

/* The column's title for people. */
const char *format_label(const struct run_facts *facts, size_t column);
/* Puts one value into scratch as text; null is "". */
void format_add_plain(const struct run_facts *facts, size_t row, size_t column,
                      struct strbuf *scratch);

void format_json_rows(const struct run_facts *facts, struct strbuf *out);
void format_detail_rows(const struct run_facts *facts, struct strbuf *out);
void format_detail_error(const struct run_facts *facts, struct strbuf *out);
void format_bi_rows(const struct run_facts *facts, struct strbuf *out);
void format_bi_error(const struct run_facts *facts, struct strbuf *out);
