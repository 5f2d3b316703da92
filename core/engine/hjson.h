/* hjson.h - the relaxed JSON that the aio command line keeps its configuration in, made JSON.
 *
 * Comments (#, //, and those between slash and star), names and texts without quotes, single
 * quotes, texts of several lines between ''', commas or line ends between members, no braces around
 * the whole. What it makes is for a JSON parser, which still has the last word. Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"

/* Appends JSON to out, whose ceiling bounds it. False: err says in which line what is wrong,
 * without a word of the text, which may be secret. */
bool hjson_to_json(const char *bytes, size_t length, struct strbuf *out, struct error *err);
