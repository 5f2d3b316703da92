/* proc.h - a program without a terminal: its output, its errors and how it ended.
 *
 * Nothing here sleeps: waiting means reading until it has ended or said something, or until
 * TERM_PATIENCE_MS have passed, which fails the test. One thread.
 */
#pragma once

#include "base/strbuf.h"

struct proc;

/* argv ends with NULL, argv[0] is a path; env as of environment.h. stdin is /dev/null. */
struct proc *proc_start(const char *const *argv, const char *const *env);
void proc_signal(struct proc *p, int signal);
/* Closes our end of its stdout, as `head` does. */
void proc_close_output(struct proc *p);
/* Waits until text stands in its output or in its errors. */
void proc_wait_text(struct proc *p, const char *text);
/* Waits until it has ended. Returns the exit code, 128 + the signal that ended it. */
int proc_wait(struct proc *p);
/* What came so far. */
const char *proc_output(const struct proc *p);
const char *proc_errors(const struct proc *p);
/* Accepts NULL; kills what still runs. */
void proc_destroy(struct proc *p);
