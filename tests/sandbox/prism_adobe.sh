#!/bin/sh
# prism_adobe.sh QUERYTOP PRISM DESCRIPTION: runs a session against the embedded service's Adobe side
# through `prism proxy --errors`. Prints violations and ends with 1 when there are any.
#
# Known differences, where the service does what the real one is known to do:
# - A PATCH and a DELETE are answered with a message, where the description has no content.
# - IMS stands outside of the description: tokens come from the service itself.
# shellcheck disable=SC2016  # $n stands for a query parameter
set -u
usage='usage: prism_adobe.sh QUERYTOP PRISM DESCRIPTION'
querytop=${1:?$usage}
prism=${2:?$usage}
description=${3:?$usage}
# shellcheck source=tests/sandbox/prism_proxy.sh
. "$(dirname "$0")/prism_proxy.sh"

start_service --tasks 5 --workers 3
start_proxy "$(ready adobe)"
base=http://127.0.0.1:$port

token=$(curl -s "$(ready ims)" -d grant_type=client_credentials -d client_id=demo \
    -d client_secret=demo-secret -d scope=openid | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
[ ${#token} -gt 300 ] || { echo "no token: $token"; exit 1; }
cat >"$work/headers" <<HEADERS
Authorization: Bearer $token
x-api-key: demo
x-gw-ims-org-id: $(ready org_id)
x-sandbox-name: $(ready sandbox_name)
HEADERS

# wait_until STATE PATH: asks for it until it has that state, for 30 seconds
wait_until() {
    tries=0
    while call 200 GET "$2" && [ "$(member state)" != "$1" ]; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] || { echo "$2: $(member state), not $1, after 30 seconds"; exit 1; }
        sleep 0.1
    done
}

# submit MEMBERS: the new query's id is left in $query
submit() {
    call 202 POST /queries "{\"dbName\":\"demo:all\",$1}"
    query=$(member id)
}

call 200 GET /connection_parameters
submit '"sql":"SELECT region, COUNT(*) FROM users GROUP BY 1","name":"Regions"'
wait_until SUCCESS "/queries/$query"
submit '"sql":"SELECT * FROM oders"'
wait_until FAILED "/queries/$query"
submit '"sql":"SELECT id FROM users LIMIT $n","queryParameters":{"n":"5"},
    "ctasParameters":{"datasetName":"few","description":"a few"}'
wait_until SUCCESS "/queries/$query"
submit '"sql":"SELECT 7","insertIntoParameters":{"datasetName":"few"}'
wait_until SUCCESS "/queries/$query"
call 409 PATCH "/queries/$query" '{"op":"cancel"}'
call 202 PATCH "/queries/$query" '{"op":"soft_delete"}'
submit '"sql":"SELECT sleep(60000)"'
call 202 PATCH "/queries/$query" '{"op":"cancel"}'
wait_until KILLED "/queries/$query"
call 400 POST /queries '{"dbName":"demo:all","sql":"SELEC"}'
call 404 GET /queries/none
call 404 PATCH /queries/none '{"op":"cancel"}'
call 200 GET /queries
call 200 GET "/queries?orderby=-created&limit=2"
call 200 GET "/queries?orderby=%2Bupdated&limit=1&isPrevLink=false&excludeSoftDeleted=false"
call 200 GET "/queries?property=state%3D%3DSUCCESS%2Cupdated%3E%3D2020-01-01&excludeHidden=false"

call 202 POST /query-templates '{"name":"Some users","sql":"SELECT * FROM users LIMIT $n",
    "queryParameters":{"n":"2"}}'
template=$(member id)
call 200 GET /query-templates
call 200 GET "/query-templates?property=name~users&limit=1"
call 200 GET /query-templates/count
call 200 GET "/query-templates/$template"
call 202 PUT "/query-templates/$template" '{"name":"All users","sql":"SELECT * FROM users"}'
submit "\"templateId\":\"$template\""
wait_until SUCCESS "/queries/$query"
call 202 DELETE "/query-templates/$template"
call 404 GET "/query-templates/$template"

call 202 POST /schedules '{"query":{"dbName":"demo:all","sql":"SELECT 1","name":"Nightly"},
    "schedule":{"schedule":"0 3 * * *","startDate":"2026-01-08T12:30:00Z",
    "endDate":"2099-01-08T12:30:00Z","maxActiveRuns":2}}'
schedule=$(member id)
call 202 POST /schedules '{"query":{"dbName":"demo:all","sql":"SELECT sleep(60000)"},
    "schedule":{"schedule":"@once","startDate":"2026-01-08T12:30:00Z"}}'
slow=$(member id)
wait_until ENABLED "/schedules/$schedule"
wait_until ENABLED "/schedules/$slow"
call 200 GET "/schedules?limit=1"
call 200 GET "/schedules?property=created%3E2020-01-01"
call 202 POST "/schedules/$schedule/runs"
call 200 GET "/schedules/$schedule/runs"
run=$(member id)
wait_until SUCCESS "/schedules/$schedule/runs/$run"
call 200 GET "/schedules/$schedule/runs?property=state%3D%3DSUCCESS%2CexternalTrigger%3D%3Dtrue"
call 200 GET "/queries?property=scheduleId%3D%3D$schedule%2CscheduleRunId%3D%3D$run"
call 200 GET "/schedules/$slow/runs?limit=1"
run=$(member id)
call 202 PATCH "/schedules/$slow/runs/$run" '{"op":"cancel"}'
wait_until FAILED "/schedules/$slow/runs/$run"
call 400 DELETE "/schedules/$schedule"
for value in disable enable disable; do
    call 202 PATCH "/schedules/$schedule" \
        "{\"body\":[{\"op\":\"replace\",\"path\":\"/state\",\"value\":\"$value\"}]}"
done
call 400 POST "/schedules/$schedule/runs"
call 202 DELETE "/schedules/$schedule"
call 404 GET "/schedules/$schedule"
call 404 GET "/schedules/$schedule/runs/$run"

sed -i 's/^Authorization:.*/Authorization: Bearer made-up/' "$work/headers"
call 401 GET /queries
finish_check
