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

# open NAME COLUMNSxROWS
open_terminal() {
    LC_ALL=C.UTF-8 xterm -u8 -tn xterm-256color -geometry "$2+0+0" -fa "$font" -fs "$points" \
        -bg '#101418' -fg '#d8dee9' -b 6 +sb -T "$1" -e "$querytop" demo &
    terminal=$!
    wait_for xdotool search --name "^$1\$"
    window=$(xdotool search --name "^$1\$" | tail -n 1)
    xdotool windowfocus --sync "$window"
    sleep "$warm_up_s" # the demo's traffic gathers
}

keys() {
    for key in "$@"; do
        xdotool key "$key"
        sleep 0.3
    done
}

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

wait_for xdotool getdisplaygeometry
warm_up_s=14
open_terminal qt-wide 132x42
keys Down Down Down
shoot wide 1.5
keys 2 3
shoot detail-rows 2
close_terminal
