#!/bin/sh
# prism.sh QUERYTOP PRISM DESCRIPTION VERSION - a second opinion of the client: Prism serves the service's own
# description and refuses requests that do not fit it.
set -eu
querytop=$1
prism=$2
description=$3
version=$4

skip() {
    echo "skipped: $1"
    exit 77
}

[ -f "$description" ] || skip "the service's description is not at hand"
[ -x "$prism" ] || skip "Prism is not installed (./run test installs it where npm is)"

scratch=$(mktemp -d)
server=
clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$scratch"
}
trap clean_up EXIT INT TERM

port=$((20000 + $$ % 20000))
"$prism" mock -h 127.0.0.1 -p "$port" "$description" >"$scratch/prism.log" 2>&1 &
server=$!
for _ in $(seq 300); do
    ! grep -q 'is listening' "$scratch/prism.log" || break
    kill -0 "$server" 2>/dev/null || { cat "$scratch/prism.log" && exit 1; }
    sleep 0.1
done

umask 077
cat >"$scratch/config.ini" <<INI
[prism]
provider = looker
base_url = http://127.0.0.1:$port
api_version = $version
client_id = demo
client_secret = demo-secret
mode = read-write
INI

failures=0
# check NAME EXIT-CODE PATTERN ARGUMENT...: runs a verb and looks at its code and its words.
check() {
    name=$1
    wanted=$2
    pattern=$3
    shift 3
    code=0
    timeout 60 "$querytop" "$@" --config "$scratch/config.ini" >"$scratch/out" 2>&1 || code=$?
    if ! printf %s "$code" | grep -Eqx "$wanted" || ! grep -Eq "$pattern" "$scratch/out"; then
        echo "$name: exit code $code, wanted $wanted and /$pattern/:"
        cat "$scratch/out"
        failures=$((failures + 1))
    fi
}

check list 0 '"schema": *"querytop.list/1"' list --format json
id=$("$querytop" list --format csv --config "$scratch/config.ini" 2>/dev/null |
    grep -Eo '[0-9a-f]{32}' | head -n 1)
check show 0 "$id" show "$id"
check results 0 '.' results "$id"
check run 0 '[0-9a-f]{32}' run --query 2216
check "run of an explore" 0 '[0-9a-f]{32}' run --model shop --explore orders --fields orders.count
check retry 0 '[0-9a-f]{32}' retry "$id" --yes
check projects 0 'thelook' projects
check branches 0 'dev' project branches thelook
for action in validate test-git; do
    check "$action" '[01]' '.' project "$action" thelook --yes
done
check cancel '[01]' '.' cancel "$id" --yes --timeout 5s

# What did not fit the description left a mark in Prism's log.
if grep -E 'violation|UNPROCESSABLE|Request terminated with error' "$scratch/prism.log"; then
    echo "Prism found requests that do not fit the description"
    failures=$((failures + 1))
fi
[ "$failures" = 0 ]
