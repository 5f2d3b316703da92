# prism_proxy.sh - for the scripts that compare the embedded service with its API's description: a
# service, and `prism proxy --errors` before it, which checks every request and answer. Sourced, with
# $querytop, $prism and $description set. Ends the script with 77 (skipped) when prism, curl or the
# description is missing.
# shellcheck shell=sh disable=SC2154
[ -x "$prism" ] || prism=prism
for tool in "$prism" curl; do
    command -v "$tool" >/dev/null || {
        echo "skipped: $tool is not installed (./run test installs Prism where npm is)"
        exit 77
    }
done
[ -r "$description" ] || { echo "skipped: $description is not at hand"; exit 77; }

work=$(mktemp -d)
service=
proxy=
finish() {
    [ -n "$proxy" ] && kill "$proxy" 2>/dev/null
    [ -n "$service" ] && kill "$service" 2>/dev/null
    wait 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM
: >"$work/headers"

# wait_for WHAT COMMAND...: tries until it succeeds, for two minutes
wait_for() {
    what=$1
    shift
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 1200 ] || { echo "no $what after two minutes"; exit 1; }
        sleep 0.1
    done
}

# start_service OPTION...
start_service() {
    "$querytop" sandbox --port 0 "$@" >"$work/ready" &
    service=$!
    wait_for "service" test -s "$work/ready"
}

# ready NAME: a member of the line that the service prints
ready() {
    sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/" "$work/ready"
}

# start_proxy UPSTREAM: it listens on $port
start_proxy() {
    # Below the ports that the system gives away, so that the service cannot have the same.
    port=$(($(echo "$1" | sed 's,^[a-z]*://[^:]*:,,; s,/.*,,') % 20000 + 10000))
    "$prism" proxy --errors -h 127.0.0.1 -p $port "$description" "$1" >"$work/prism.log" 2>&1 &
    proxy=$!
    wait_for "proxy" grep -q "is listening" "$work/prism.log"
}

failures=0
# call EXPECTED-STATUS METHOD PATH [BODY]: asks at $base with the headers of $work/headers; the
# answer is left in $work/body
call() {
    expected=$1 method=$2 path=$3
    shift 3
    [ $# -eq 0 ] || set -- -H 'Content-Type: application/json' --data-binary "$1"
    status=$(curl -s -m 30 -X "$method" -D "$work/head" -o "$work/body" -w '%{http_code}' \
        -H "@$work/headers" "$@" "$base$path")
    violations=$(tr -d '\r' <"$work/head" | sed -n 's/^sl-violations: //Ip')
    if [ "$status" = "$expected" ] && [ -z "$violations" ]; then
        return
    fi
    failures=$((failures + 1))
    echo "$method $path: $status, expected $expected"
    [ -n "$violations" ] || violations=$(grep -o '"validation":.*' "$work/body")
    [ -z "$violations" ] || echo "  $violations" | cut -c1-600
}

# member NAME: the first string or number under that name in the last answer
member() {
    grep -o "\"$1\":\"\{0,1\}[0-9A-Za-z_-]*" "$work/body" | head -1 | sed 's/.*:"\{0,1\}//'
}

# finish_check: the last words, and the end
finish_check() {
    if [ $failures -gt 0 ]; then
        echo "$failures calls do not fit the description"
        exit 1
    fi
    echo "every call fits the description"
    exit 0
}
