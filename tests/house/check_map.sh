#!/bin/sh
# check_map.sh TREE - CODE-MAP.md names each file of core/ and tui/ under its room, and no others.
set -eu
cd "$1"
status=0
for room in core/*/ tui/; do
    room=${room%/}
    section=$(awk -v room="$room" '
        /^## / { inside = ($2 == room) }
        inside' CODE-MAP.md)
    if [ -z "$section" ]; then
        echo "CODE-MAP.md: no section for $room"
        status=1
    fi
    for file in "$room"/*.[ch]; do
        name=${file##*/}
        stem=${name%.*}
        # A header needs no line of its own beside the .c file it belongs to.
        case $name in
        *.h) [ ! -e "$room/$stem.c" ] || continue ;;
        esac
        if ! printf '%s\n' "$section" | grep -Eq "\`$stem\.(c|h|\[ch\])\`|\`$name\`"; then
            echo "CODE-MAP.md: $file has no line under $room"
            status=1
        fi
    done
    for name in $(printf '%s\n' "$section" | awk -F '\140' '/^- \140/ { print $2 }'); do
        case $name in
        *'[ch]') name=${name%'[ch]'}c ;;
        esac
        if [ ! -e "$room/$name" ]; then
            echo "CODE-MAP.md: $room/$name is gone"
            status=1
        fi
    done
done
exit $status
