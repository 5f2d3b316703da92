/* cli.h - the headless verbs: the same engine, no screen.
 *
 * stdout is data, stderr is talk; the return value is the exit code of the contract.
 */
#pragma once

#include <stdbool.h>

/* True when word is a headless verb: list, show, results, cancel, retry, wait, ... */
bool cli_is_verb(const char *word);
/* The verb whose name is nearest to word; NULL. */
const char *cli_suggest_verb(const char *word);
/* argv[0] is the verb. Returns the exit code. */
int cli_main(int argc, char **argv);
/* One line per verb, for --help. */
void cli_print_verbs(void);
