/* notification.h - a word on the desktop of the person at the terminal, over ssh too. Pure.
 *
 * OSC 9 or OSC 777, whichever the terminal takes; no terminal answers. Text goes in as plain
 * characters alone, so that nothing of a service can end the sequence or begin another.
 */
#pragma once

#include "base/strbuf.h"
#include "clipboard.h"

enum notification_kind { NOTIFICATION_OSC_9, NOTIFICATION_OSC_777 };

/* From the variables TERM and VTE_VERSION; each may be NULL. */
enum notification_kind notification_kind(const char *term, const char *vte_version);
/* Adds the sequence to out; nothing where the terminal takes none. */
void notification_build(struct strbuf *out, enum notification_kind kind, enum clipboard_way way,
                        const char *text);
