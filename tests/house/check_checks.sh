#!/bin/sh
# check_checks.sh TREE - the house checks see what they are there to see.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -R "$1/core" "$1/tui" "$1/CODE-MAP.md" "$1/README.md" "$1/SECURITY.md" "$1/CONTRIBUTING.md" "$copy"
mkdir "$copy/tests"
status=0

must_complain() {
    if "$here/$1" "$copy" "$copy/build" >"$copy/out" 2>&1 || ! grep -q "$2" "$copy/out"; then
        echo "$1 does not see: $2"
        status=1
    fi
}

echo '#include "engine/engine.h"' >"$copy/core/base/wrong.c"
must_complain check_rooms.sh 'wrong.c:1: core/base may not include engine/engine.h'
must_complain check_map.sh 'core/base/wrong.c has no line'
echo '#include <curl/curl.h>' >"$copy/tui/wrong.c"
must_complain check_rooms.sh 'tui/wrong.c:1: may not include <curl/curl.h>'
{
    echo 'void f(void)'
    echo '{'
    seq 130
    echo '}'
} >"$copy/tui/wrong.c"
must_complain check_sizes.sh 'tui/wrong.c:2: a function of 131 lines'
seq 701 >"$copy/tui/wrong.c"
must_complain check_sizes.sh 'tui/wrong.c: more than 700 lines'
printf -- '- \140gone.c\140: nothing\n' | sed -i '/^## tui/r /dev/stdin' "$copy/CODE-MAP.md"
must_complain check_map.sh 'tui/gone.c is gone'
echo '![x](screenshots/none.png)' >>"$copy/README.md"
must_complain check_docs.sh 'README.md: screenshots/none.png does not exist'
must_complain check_docs.sh 'SECURITY.md: tests/engine/test_modes.c does not exist'

mkdir -p "$copy/build/core/base/CMakeFiles/qt_base.dir"
echo 'int lonely(void); int lonely(void) { return 0; }' >"$copy/core/base/wrong.c"
cc -c "$copy/core/base/wrong.c" -o "$copy/build/core/base/CMakeFiles/qt_base.dir/wrong.c.o"
mkdir "$copy/build/tui" "$copy/build/tests"
must_complain check_exports.sh 'core/base/wrong.c: lonely is used nowhere else'
exit $status
