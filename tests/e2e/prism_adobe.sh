#!/bin/sh
# prism_adobe.sh QUERYTOP PRISM DESCRIPTION MODE - a second opinion of the client of Adobe's Query Service.
# MODE mock: Prism serves the description. MODE proxy: it stands before the embedded service, and refuses
# what does not fit the description on either side. Tokens come from the embedded service's IMS.
# shellcheck disable=SC2016  # $n stands for a query parameter
set -eu
querytop=$1
prism=$2
description=$3
mode=$4
# shellcheck source=tests/e2e/prism_client.sh
. "$(dirname "$0")/prism_client.sh"

start_service --workers 2 --adobe-tasks 20
start_prism "$mode" "$(ready adobe)"
umask 077
cat >"$scratch/config.ini" <<INI
[prism]
provider = adobe
base_url = http://127.0.0.1:$port
ims_url = $(ready ims)
client_id = demo
client_secret = demo-secret
org_id = $(ready org_id)
sandbox_name = $(ready sandbox_name)
since = 366d
mode = read-write
INI

uuid='[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
# newest: the id of the last query
newest() {
    "$querytop" list --format csv --config "$scratch/config.ini" 2>/dev/null | grep -Eo "$uuid" | head -n 1
}

check run 0 "$uuid" run --sql 'SELECT region, COUNT(*) FROM users GROUP BY 1' --name Regions
check "run that makes a data set" 0 "$uuid" run --sql 'SELECT id FROM users LIMIT $n' --parameter n=5 \
    --ctas-dataset few --ctas-description 'a few' --yes
check "run that adds to one" 0 "$uuid" run --sql 'SELECT 7' --insert-into few --yes
check list 0 '"schema": *"querytop.list/1"' list --format json
check "narrowed list" '[01]' 'querytop.list/1' list --format json \
    --filter 'state=failed user=37@techacct.adobe.com id=2c57 query_id=t1 run_id=manual__2018-10-12T05:11 created<1h'
check "list of an age" '[01]' 'querytop.list/1' list --format json --filter 'ended<1d created<2100-01-01'
id=$(newest)
check show 0 "$id" show "$id"
check results '[01]' '.' results "$id" --timeout 5s
check cancel '[01]' '.' cancel "$id" --yes --timeout 5s
check hide '[01]' '.' hide "$id" --yes --timeout 5s
# first VERB: the id of the first item that it lists
first() {
    "$querytop" "$1" --format json --config "$scratch/config.ini" 2>/dev/null |
        grep -Eo '"id": *"[^"]*"' | head -n 1 | cut -d '"' -f 4
}
check templates 0 'querytop.templates/1' templates --format json
check "template show" 0 'SELECT' template show "$(first templates)"
check connections 0 'psql' connections
check schedules 0 'querytop.schedules/1' schedules --format json
schedule=$(first schedules)
check "schedule show" 0 '.' schedule show "$schedule"
check "schedule runs" 0 'querytop.runs/1' schedule runs "$schedule" --format json
for action in disable enable trigger; do
    check "schedule $action" '[01]' '.' schedule "$action" "$schedule" --yes
done
if [ "$mode" = proxy ]; then
    loyalty='Loyalty points, every two minutes'
    check "run of a template" 0 'succeeded' run --template "$(first templates)" --wait
    check "schedule trigger" 0 'accepted' schedule trigger "$loyalty" --yes
    check "its runs" 0 'triggered by hand' schedule runs "$loyalty"
    check "schedule disable" 0 'accepted' schedule disable "$loyalty" --yes
    check "no trigger when disabled" 1 'refused' schedule trigger "$loyalty" --yes
    # Not of the description's example: its insertIntoParameters is no object, which Prism itself refuses.
    check retry 0 "$uuid" retry "$id" --yes
    check "failed run" 1 'oders' run --sql 'SELECT * FROM oders' --wait
    check "slow run" 0 "$uuid" run --sql 'SELECT sleep(600000)'
    check "cancel that is confirmed" 0 'cancel confirmed' cancel "$(newest)" --yes --timeout 30s
    check wait 1 'cancelled' wait "$(newest)" --timeout 30s
fi
finish_check
