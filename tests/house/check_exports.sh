#!/bin/sh
# check_exports.sh TREE BUILD - what a header promises is used beyond its file: all else is static, or gone.
# Nothing is said of main(), nor of what tests define; what they use counts, also where they are built only when asked
# for, as the benchmarks are.
set -eu
tree=$1
cd "$2"
find core tui tests -name '*.c.o' -exec nm -gA {} + |
    sed -E 's|CMakeFiles/[^/]*\.dir/||; s|\.o:[0-9a-f ]*| |' |
    awk -v tree="$tree" '
    # An object may be left from a file that was renamed.
    function is_there(file, line) {
        if (!(file in there))
            there[file] = (getline line < (tree "/" file)) >= 0
        close(tree "/" file)
        return there[file]
    }
    $2 == "U" && is_there($1) { used[$3] = 1 }
    $2 ~ /^[TDBR]$/ && $1 !~ /^tests\// && $3 != "main" && is_there($1) { defined[$3] = $1 }
    END {
        for (name in defined)
            if (!used[name] && system("grep -rqw --include=*.c " name " " tree "/tests") != 0) {
                print defined[name] ": " name " is used nowhere else: make it static, or take it away"
                bad = 1
            }
        exit bad
    }'
