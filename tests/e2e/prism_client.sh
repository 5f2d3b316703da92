# prism_client.sh - for the scripts that let Prism judge the client: it serves the description, or stands
# before the embedded service, and refuses requests that do not fit. Sourced, with $querytop, $prism and
# $description set. Ends the script with 77 (skipped) when Prism or the description is missing.
# shellcheck shell=sh disable=SC2154

skip() {
    echo "skipped: $1"
    exit 77
}

[ -f "$description" ] || skip "the service's description is not at hand"
[ -x "$prism" ] || prism=$(command -v prism) ||
    skip "Prism is not installed (./run test installs it where npm is)"

scratch=$(mktemp -d)
service=
server=
clean_up() {
    for process in $server $service; do
        kill "$process" 2>/dev/null || true
    done
    rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# await WHAT PROCESS FILE PATTERN: until the file has it, for two minutes
await() {
    for _ in $(seq 1200); do
        ! grep -qs "$4" "$3" || return 0
        kill -0 "$2" 2>/dev/null || break
        sleep 0.1
    done
    echo "no $1:"
    cat "$3"
    exit 1
}

# start_service OPTION...
start_service() {
    "$querytop" sandbox --port 0 "$@" >"$scratch/ready" &
    service=$!
    await service "$service" "$scratch/ready" schema
}

# ready NAME: a member of the line that the service prints
ready() {
    sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/" "$scratch/ready"
}

# start_prism mock, or start_prism proxy UPSTREAM: it listens on $port
start_prism() {
    port=$((20000 + $$ % 20000))
    case $1 in
    mock) set -- mock -h 127.0.0.1 -p $port "$description" ;;
    proxy) set -- proxy --errors -h 127.0.0.1 -p $port "$description" "$2" ;;
    esac
    "$prism" "$@" >"$scratch/prism.log" 2>&1 &
    server=$!
    await Prism "$server" "$scratch/prism.log" 'is listening'
}

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

# finish_check: what did not fit the description left a mark in Prism's log.
finish_check() {
    if grep -E 'violation|UNPROCESSABLE|Request terminated with error' "$scratch/prism.log"; then
        echo "Prism found requests that do not fit the description"
        failures=$((failures + 1))
    fi
    [ "$failures" = 0 ]
}
