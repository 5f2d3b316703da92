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

# A session of the dev workspace, whose user may deploy; the models are in no description at hand.
sed "s/VERSION/$version/" "$(dirname "$0")/../support/lookml_models.part" >"$scratch/models.part"
sed -e "/\"paths\": *{/r $scratch/models.part" -e 's/"workspace_id": *"production"/"workspace_id": "dev"/' -e 's/"deploy": *false/"deploy": true/' \
    "$description" >"$scratch/description.json"
description=$scratch/description.json
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
workspace = dev
INI

check list 0 '"schema": *"querytop.list/1"' list --format json
id=$("$querytop" list --format csv --config "$scratch/config.ini" 2>/dev/null |
    grep -Eo '[0-9a-f]{32}' | head -n 1)
check show 0 "$id" show "$id"
check "show of a task on no list" 0 '.' show 0123456789abcdef0123456789abcdef
check results 0 '.' results "$id"
check run 0 '[0-9a-f]{32}' run --query 2216
check "run of a slug" 0 '[0-9a-f]{32}' run --query zzzzzzz --cache=no --limit 5 --path-prefix /x \
    --generate-drill-links --force-production --server-table-calcs --apply-formatting=no
check "run of an explore" 0 '[0-9a-f]{32}' run --model shop --explore orders --fields orders.count \
    --filter orders.status=complete --sorts 'orders.count desc' --limit 10 --result-format csv
check retry 0 '[0-9a-f]{32}' retry "$id" --yes
check projects 0 'thelook' projects
check branches 0 'dev' project branches thelook
check switch-workspace 0 'dev' project switch-workspace dev --yes
check checkout 0 'feature_orders' project checkout thelook feature_orders --yes
for action in validate test-git reset-to-production reset-to-remote deploy; do
    check "$action" 0 '.' project "$action" thelook --yes
done
check cancel '[01]' '.' cancel "$id" --yes --timeout 5s

# Every operation that querytop knows was asked for. A Look is in no description.
asked() {
    grep -Eqi "\] $1 /api/$version$2 .*Request received" "$scratch/prism.log" && return
    echo "never asked: $1 $2"
    failures=$((failures + 1))
}
task='query_tasks/[0-9a-f]{32}'
project='projects/[^/ ]+'
while read -r method path; do
    asked "$method" "/$path"
done <<OPERATIONS
POST login
GET user
DELETE logout
GET session
PATCH session
GET workspaces
GET projects
GET lookml_models
GET $project/current_workspace
GET $project/git_branch
GET $project/git_branches
PUT $project/git_branch
GET $project/git_connection_tests
GET $project/git_connection_tests/[^/ ]+
POST $project/validate
POST $project/reset_to_production
POST $project/reset_to_remote
POST $project/deploy_to_production
GET running_queries
DELETE running_queries/[0-9a-f]{32}
GET $task
GET $task/results
POST query_tasks
POST queries
POST queries/run/json
GET queries/slug/[^ ]+
GET queries/[^/ ]+/run/sql
OPERATIONS

finish_check
