#!/bin/sh
# check_rooms.sh TREE - each file includes only what rooms.txt allows its room.
set -eu
rules=$(cd "$(dirname "$0")" && pwd)/rooms.txt
cd "$1"
# shellcheck disable=SC2016 # the dollars are for awk
find core tui -name '*.[ch]' | sort | xargs awk -v rules="$rules" '
    BEGIN { while ((getline line < rules) > 0) read_rule(line) }
    function read_rule(line,    word, n, key, i) {
        n = split(line, word, " ")
        if (n == 0 || word[1] == "#") return
        key = word[2]
        sub(/:$/, "", key)
        if (word[1] == "header") headers[++header_count] = key
        if (word[1] == "room") known[key] = 1
        for (i = 3; i <= n; i++) allowed[word[1], key, word[i]] = 1
    }
    function room_of(path) {
        sub(/\/[^\/]*$/, "", path)
        return path
    }
    FNR == 1 && !(room_of(FILENAME) in known) {
        print FILENAME ": a room without a rule"
        bad = 1
    }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
        split($0, part, "\"")
        target = part[2]
        if (target !~ /\//) next # beside it
        target_room = target
        sub(/\/.*/, "", target_room)
        own = room_of(FILENAME)
        if (own == "core/" target_room) next
        if ((("room", own, target_room) in allowed) || (("room", own, target) in allowed)) next
        if ((("file", FILENAME, target_room) in allowed) || (("file", FILENAME, target) in allowed)) next
        print FILENAME ":" FNR ": " own " may not include " target
        bad = 1
    }
    /^[ \t]*#[ \t]*include[ \t]*</ {
        target = $0
        sub(/^[^<]*</, "", target)
        sub(/>.*/, "", target)
        for (i = 1; i <= header_count; i++) {
            if (index(target, headers[i]) != 1) continue
            if ((("header", headers[i], FILENAME) in allowed)) continue
            if ((("header", headers[i], room_of(FILENAME)) in allowed)) continue
            print FILENAME ":" FNR ": may not include <" target ">"
            bad = 1
        }
    }
    END { exit bad }'
