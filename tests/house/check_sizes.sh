#!/bin/sh
# check_sizes.sh TREE - no file beyond 700 lines, no function beyond 120 (clang-format's style is what
# makes a function end with a brace in the first column).
set -eu
cd "$1"
find core tui tests -name '*.[ch]' | sort | xargs awk '
    FNR == 1 { open_line = 0; lines_of_table = 0 }
    /^\{/ { open_line = FNR }
    /^\}/ {
        if (open_line && FNR - open_line > 120) {
            print FILENAME ":" open_line ": a function of " FNR - open_line " lines"
            bad = 1
        }
        open_line = 0
    }
    FNR == 701 {
        print FILENAME ": more than 700 lines"
        bad = 1
    }
    END { exit bad }'
