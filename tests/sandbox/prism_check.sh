#!/bin/sh
# prism_check.sh QUERYTOP PRISM DESCRIPTION VERSION: runs a session against the embedded service
# through `prism proxy --errors`, which compares every request and answer with the API's description.
# Prints violations and ends with 1 when there are any; 77 (skipped) when prism, curl or the
# description is missing.
#
# Known differences, where the service does what real ones were recorded doing:
# - 3.1 gives null for members of Query that its description does not allow to be null; here they
#   are left out (--nulls described), so that everything else of those answers is compared.
# - Results in html and sql come as text/html and application/sql, which no description has; they
#   are not asked for here.
# - DELETE of a task that has ended is a 404 page in HTML, described as JSON; not asked for here.
# - json_detail has its runtime as a string; the description says nothing of it.
set -u
usage='usage: prism_check.sh QUERYTOP PRISM DESCRIPTION VERSION'
querytop=${1:?$usage}
prism=${2:?$usage}
description=${3:?$usage}
version=${4:?$usage}
# shellcheck source=tests/sandbox/prism_proxy.sh
. "$(dirname "$0")/prism_proxy.sh"

# The models are in no description at hand.
sed "s/VERSION/$version/" "$(dirname "$0")/../support/lookml_models.part" >"$work/models.part"
sed "/\"paths\": *{/r $work/models.part" "$description" >"$work/description.json"
description=$work/description.json

start_service --tasks 50 --active 8 --workers 3 --nulls described
start_proxy "$(ready looker)"
base=http://127.0.0.1:$port/api/$version

# task_id: the first id of a task in the last answer
task_id() {
    grep -o '"id":"[0-9a-f]\{32\}"' "$work/body" | head -1 | cut -c7-38
}

token=$(curl -s "$base/login" -d client_id=demo -d client_secret=demo-secret |
    sed 's/.*"access_token":"\([^"]*\)".*/\1/')
[ ${#token} -eq 40 ] || { echo "no login: $token"; exit 1; }
echo "Authorization: token $token" >"$work/headers"
call 200 GET /user
call 200 GET "/user?fields=id,email"
call 200 GET /versions
call 200 GET /session
call 200 PATCH /session '{"workspace_id":"dev"}'
call 422 PATCH /session '{"workspace_id":"nowhere"}'
call 200 GET /connections
call 200 GET /connections/warehouse
call 404 GET /connections/none
call 200 GET /lookml_models
call 200 GET "/lookml_models?fields=name,project_name"
call 200 GET /workspaces
call 200 GET /workspaces/dev
call 200 GET /projects
call 200 GET "/projects?fields=id,name"
for project in shop_model finance marketing sample_thelook; do
    call 200 GET /projects/$project
    call 200 GET /projects/$project/current_workspace
    call 200 GET /projects/$project/git_branches
    call 200 GET /projects/$project/git_branch
    call 200 GET /projects/$project/git_connection_tests
    call 200 POST /projects/$project/validate
done
call 200 GET /projects/finance/git_branch/fix%2Fmargin
call 200 GET /projects/finance/git_connection_tests/git_read
call 200 GET /projects/marketing/git_connection_tests/git_push
call 422 PUT /projects/finance/git_branch '{"name":"main"}'
call 204 POST /projects/finance/reset_to_remote
call 200 PUT /projects/finance/git_branch '{"name":"fix/margin"}'
call 422 POST /projects/finance/deploy_to_production
call 204 POST /projects/shop_model/deploy_to_production
call 204 POST /projects/shop_model/reset_to_production
call 204 POST /projects/shop_model/reset_to_remote
[ "$version" = 3.1 ] || call 200 GET /api_spec/4.0/swagger.json

call 200 POST /queries '{"model":"shop","view":"orders","fields":["orders.status","orders.count"],
    "filters":{"users.region":"EMEA"},"sorts":["orders.count desc"],"limit":"10"}'
query=$(member id)
quote=
unfinished=204
if [ "$version" = 4.0 ]; then
    quote='"'
    unfinished=202
fi
slug=$(member slug)
call 200 GET "/queries/$query"
call 200 GET "/queries/slug/$slug"
call 404 GET /queries/9
# Not html and sql: real servers send text/html and application/sql, which the description leaves out.
for format in json json_detail json_bi csv txt md; do
    call 200 GET "/queries/$query/run/$format"
done
call 200 POST /queries/run/json '{"model":"shop","view":"users","fields":["users.count"]}'
call 200 POST /query_tasks "{\"query_id\":$quote$query$quote,\"result_format\":\"json_detail\"}"
task=$(task_id)
call 200 GET /running_queries
call 200 GET "/query_tasks/$task"
call 200 GET "/query_tasks/multi_results?query_task_ids=$task"
call 200 POST /query_tasks \
    "{\"query_id\":$quote$query$quote,\"result_format\":\"csv\",\"deferred\":true}"
task=$(task_id)
call $unfinished GET "/query_tasks/$task/results"
call 204 DELETE "/running_queries/$task"
call 422 POST /query_tasks "{\"query_id\":${quote}9$quote,\"result_format\":\"csv\"}"
call 200 POST /queries/run/json '{"model":"system__activity","view":"history",
    "fields":["history.slug","history.status","history.runtime","query.id","user.name"],
    "filters":{"history.created_date":"4 hours"},"limit":"500"}'
call 404 GET /query_tasks/00000000000000000000000000000000
call 404 GET /query_tasks/00000000000000000000000000000000/results
call 200 POST /login/37
call 204 DELETE /logout

finish_check
