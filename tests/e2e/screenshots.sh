#!/bin/sh
# screenshots.sh QUERYTOP FOLDER - pictures of `querytop demo` in a real terminal: Xvfb, xterm and a good
# font, driven by xdotool. What each picture needs is typed as a user would.
set -eu
querytop=$1
folder=$2
font='JetBrains Mono'
points=11
scratch=$(mktemp -d)
HOME=$scratch
export HOME

display=:$((70 + $$ % 900))
Xvfb "$display" -screen 0 2400x1600x24 -nolisten tcp >"$scratch/xvfb.log" 2>&1 &
xvfb=$!
terminal=
clean_up() {
    [ -z "$terminal" ] || kill "$terminal" 2>/dev/null || true
    kill "$xvfb" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$scratch"
}
trap clean_up EXIT INT TERM
DISPLAY=$display
export DISPLAY

wait_for() {
    for _ in $(seq 100); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.1
    done
    echo "screenshots: waited in vain for: $*" >&2
    return 1
}

# open_terminal NAME COLUMNSxROWS SECONDS: the demo, once its traffic has gathered.
open_terminal() {
    LC_ALL=C.UTF-8 xterm -u8 -tn xterm-256color -geometry "$2+0+0" -fa "$font" -fs "$points" \
        -bg '#101418' -fg '#d8dee9' -b 6 +sb -T "$1" -e "$querytop" demo &
    terminal=$!
    wait_for xdotool search --name "^$1\$"
    window=$(xdotool search --name "^$1\$" | tail -n 1)
    wait_for xdotool windowfocus --sync "$window"
    sleep "$3"
}

keys() {
    for key in "$@"; do
        xdotool key "$key"
        sleep 0.2
    done
}

# filter WORDS, in place of those before
filter() {
    keys f ctrl+u
    xdotool type --delay 30 "$1"
    keys Return
}

# shoot NAME [SECONDS]: after a while for answers to come.
shoot() {
    sleep "${2:-0.7}"
    import -window "$window" "$folder/$1.png"
    echo "screenshots: $folder/$1.png"
}

close_terminal() {
    xdotool key q
    sleep 0.3
    kill "$terminal" 2>/dev/null || true
    wait "$terminal" 2>/dev/null || true
    terminal=
}

mkdir -p "$folder"
wait_for xdotool getdisplaygeometry

open_terminal querytop-wide 132x42 50
keys Down Down
shoot wide 1.5
keys x
shoot confirm
keys Escape
filter 'state=succeeded profile=demo-looker'
keys Return 3
shoot detail-rows 2
keys Escape
# What a BI tool sent in one line.
filter 'user~zoe sql~julianday state=succeeded'
keys Return 2
shoot detail-sql 2
keys Escape
filter 'state=failed sql~oders'
keys Return 4
shoot sql-error 2
keys Escape
filter 'state=running what~revenue'
keys Return 1
shoot estimate 2
close_terminal

open_terminal querytop-narrow 80x24 25
keys Down
shoot 80x24
close_terminal

open_terminal querytop-projects 132x42 20
keys Tab Tab Down v y
shoot projects 4
close_terminal
