#!/bin/sh
# postgres.sh SESSIONS - a PostgreSQL for as long as standard input stays open: prints the folder of
# its socket, or a line that begins with "no " and says why there is none.
set -eu

sessions=$1
bin=$(find /usr/lib/postgresql/*/bin -maxdepth 0 2>/dev/null | tail -n 1)
[ -n "$bin" ] || { echo "no PostgreSQL here; ./run bench --peers installs it"; exit 1; }

# It refuses to run as root.
as_user() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

folder=$(as_user mktemp -d /tmp/querytop-postgres-XXXXXX)
stop() {
    trap - EXIT
    as_user "$bin/pg_ctl" stop -D "$folder/data" -m immediate >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
trap exit INT TERM HUP

{
    as_user "$bin/initdb" -D "$folder/data" -U postgres -A trust -N
    as_user "$bin/pg_ctl" start -w -D "$folder/data" -l "$folder/server" \
        -o "-k $folder -c listen_addresses= -c max_connections=$((sessions + 20)) -c fsync=off"
} >"$folder.log" 2>&1 || { echo "no PostgreSQL would start: $(tail -n 1 "$folder.log")"; rm -f "$folder.log"; exit 1; }
rm -f "$folder.log"

count=0
while [ "$count" -lt "$sessions" ]; do
    as_user "$bin/psql" -h "$folder" -U postgres -c 'SELECT pg_sleep(3600)' >/dev/null 2>&1 </dev/null &
    count=$((count + 1))
done
until [ "$(as_user "$bin/psql" -h "$folder" -U postgres -Atc \
    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3600)%' AND pid <> pg_backend_pid()")" \
    -ge "$sessions" ]; do
    sleep 0.2
done

echo "$folder"
cat >/dev/null
