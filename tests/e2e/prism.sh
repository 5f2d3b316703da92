#!/bin/sh
# prism.sh QUERYTOP PRISM DESCRIPTION VERSION - a second opinion of the client: Prism serves the service's own
# description and refuses requests that do not fit it.
set -eu
querytop=$1
prism=$2
description=$3
version=$4

# shellcheck source=tests/e2e/prism_client.sh
. "$(dirname "$0")/prism_client.sh"

start_prism mock
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

finish_check
