#include "provider/scripts.h"

#define ID "a607517addb9d3159300ee61d314e40e"

#define QUERY                                                                                     \
    "{\"can\":{\"run\":true},\"id\":\"q5\",\"model\":\"shop\",\"view\":\"orders\","               \
    "\"fields\":[\"orders.week\",\"orders.count\"],\"filters\":{\"users.state\":\"CA\"},"         \
    "\"sorts\":[\"orders.week desc\"],\"limit\":\"500\",\"share_url\":\"https://x.example/x/1\"," \
    "\"vis_config\":{\"type\":\"table\"},\"has_table_calculations\":false}"

#define LIST                                                                                       \
    "[{\"can\":{},\"id\":\"1\",\"user\":{\"id\":\"14\",\"display_name\":\"Ana\"},\"query\":" QUERY \
    ",\"look\":{\"id\":\"3\",\"title\":\"Weekly\"},\"sql_query\":{\"sql\":\"SELECT 0\"},"          \
    "\"created_at\":\"2026-09-21T14:13:00Z\",\"completed_at\":null,\"query_id\":\"q5\","           \
    "\"source\":\"look\",\"node_id\":\"1\",\"query_task_id\":\"" ID                                \
    "\",\"connection_name\":\"w\","                                                                \
    "\"message\":\"slow\",\"status\":\"running\",\"runtime\":1.5,\"sql\":\"SELECT 1\\nFROM x\"},"  \
    "{\"id\":7,\"status\":\"running\",\"runtime\":\"2.5\",\"sql\":\"CREATE TABLE t\"}]"

#define TASK(status)                                                                     \
    "{\"can\":{\"show\":true},\"id\":\"" ID "\",\"query_id\":\"q5\",\"query\":" QUERY    \
    ",\"generate_links\":false,\"path_prefix\":null,\"cache\":true,\"status\":\"" status \
    "\",\"source\":\"look\",\"runtime\":0.9,\"look_id\":\"3\",\"result_format\":\"json_detail\"}"

#define RESULT                                                                                  \
    "{\"from_cache\":false,\"truncated\":true,\"runtime\":\"0.489\",\"sql\":\"SELECT 1\","      \
    "\"fields\":{\"dimensions\":[{\"name\":\"o.week\"}],\"measures\":[{\"name\":\"o.count\","   \
    "\"is_numeric\":true}],\"table_calculations\":[]},\"pivots\":[{\"key\":\"CA\"}],\"data\":[" \
    "{\"o.week\":{\"value\":\"w1\",\"rendered\":\"W 1\"},\"o.count\":{\"CA\":{\"value\":7}}},"  \
    "{\"o.week\":{\"value\":null},\"o.count\":{}}]}"

#define FAILURE                                                                                 \
    "{\"runtime\":\"0.642\",\"sql\":\"SELECT x\",\"data\":[],\"errors\":[{\"message\":\"SQL\"," \
    "\"message_details\":\"no such column\",\"sql_error_loc\":{\"line\":3,\"column\":7}},"      \
    "{\"message\":\"Note\",\"fatal\":false}]}"

#define CHECKOUT                                                                             \
    "{\"can\":{},\"project_id\":\"f\",\"workspace_id\":\"dev\",\"git_status\":\"clean\","    \
    "\"git_head\":\"64a1c0ffee00\",\"git_branch\":{\"name\":\"dev\",\"remote\":\"origin\","  \
    "\"remote_name\":\"dev\",\"ahead_count\":2,\"behind_count\":1,\"commit_at\":1580852037," \
    "\"readonly\":false,\"ref\":\"64a1\"}}"

#define BRANCH(name)                                                                               \
    "{\"can\":{},\"name\":\"" name "\",\"remote\":\"origin\",\"remote_name\":\"" name              \
    "\",\"error\":null,\"owner_name\":\"Ana\",\"readonly\":false,\"personal\":true,\"is_"          \
    "production\":false,\"ahead_count\":2,\"behind_count\":null,\"commit_at\":1580852037,\"ref\":" \
    "\"64a1\"}"

#define VALIDATION                                                                              \
    "{\"errors\":[{\"code\":\"x\",\"severity\":\"error\",\"kind\":\"syntax\",\"message\":\"no " \
    "such "                                                                                     \
    "view\",\"file_path\":\"shop.model.lkml\",\"line_number\":12,\"model_id\":\"shop\"},{"      \
    "\"severity\":\"warning\",\"message\":null,\"sanitized_message\":\"odd\"}],\"models_not_"   \
    "validated\":[{\"name\":\"old\"}],\"computation_time\":1.3}"

#define HISTORY                                                                                 \
    "[{\"history.id\":77,\"history.slug\":\"s1\",\"history.status\":\"complete\",\"history."    \
    "source\":\"look\",\"history.message\":null,\"history.connection_name\":\"w\",\"history."   \
    "runtime\":1.5,\"history.created_time\":\"2026-09-21 "                                      \
    "14:10:00\",\"history.completed_time\":\"2026-09-21 "                                       \
    "14:10:02\",\"query.id\":\"q5\",\"query.model\":\"shop\",\"query.view\":\"orders\",\"user." \
    "id\":14,\"user.name\":\"Ana\",\"look.title\":\"Weekly\"}]"

static const struct op_script looker_script[] = {
    {.op = OP_LOGIN,
     .state = TASK_UNKNOWN,
     .legs = {{NULL, "{\"access_token\":\"t0k\",\"token_type\":\"Bearer\",\"expires_in\":3600}"},
              {NULL, "{\"id\":\"1\",\"display_name\":\"Ana\",\"email\":\"a@x.example\"}"}}},
    {.op = OP_LOGOUT, .state = TASK_UNKNOWN, .legs = {{NULL, ""}}},
    {.op = OP_LIST, .state = TASK_UNKNOWN, .legs = {{NULL, LIST}}},
    {.op = OP_FATE, .state = TASK_RUNNING, .legs = {{NULL, TASK("complete")}}},
    {.op = OP_FATE, .state = TASK_RUNNING, .legs = {{NULL, TASK("error")}, {NULL, FAILURE}}},
    {.op = OP_DETAIL, .state = TASK_RUNNING, .legs = {{NULL, TASK("running")}, {NULL, LIST}}},
    {.op = OP_DETAIL,
     .state = TASK_FAILED,
     .legs = {{NULL, TASK("error")}, {"application/sql", "SELECT 1"}, {NULL, FAILURE}}},
    {.op = OP_RESULTS, .state = TASK_SUCCEEDED, .legs = {{NULL, RESULT}}},
    {.op = OP_RESULTS,
     .state = TASK_SUCCEEDED,
     .legs = {{NULL, "[{\"a\":1,\"b\":[\"x\"]},{\"b\":\"y\"}]"}}},
    {.op = OP_RESULTS,
     .state = TASK_SUCCEEDED,
     .legs = {{NULL, "{\"metadata\":{},\"rows\":[{\"a\":{\"b\":2}}]}"}}},
    {.op = OP_RESULTS, .state = TASK_SUCCEEDED, .legs = {{"text/csv", "a,b\n1,2\n"}}},
    {.op = OP_CANCEL, .state = TASK_RUNNING, .legs = {{NULL, ""}}},
    {.op = OP_RETRY, .state = TASK_FAILED, .legs = {{NULL, TASK("error")}, {NULL, TASK("added")}}},
    {.op = OP_RUN, .state = TASK_UNKNOWN, .legs = {{NULL, QUERY}, {NULL, TASK("added")}}},
    {.op = OP_ITEMS,
     .state = TASK_UNKNOWN,
     .legs = {{NULL, "{\"workspace_id\":\"dev\",\"can\":{}}"},
              {NULL, "[{\"id\":\"production\"},{\"id\":\"dev\"}]"},
              {NULL, "[{\"id\":\"f\",\"name\":\"F\",\"uses_git\":true,\"can\":{\"show\":true},"
                     "\"git_remote_url\":\"https://u:p@g.example/f.git\",\"is_example\":false}]"},
              {NULL, "[{\"name\":\"m\",\"project_name\":\"f\"}]"},
              {NULL, CHECKOUT}}},
    {.op = OP_HISTORY, .legs = {{NULL, HISTORY}}},
    {.op = OP_PARTS,
     .legs = {{NULL, BRANCH("dev")}, {NULL, "[" BRANCH("dev") "," BRANCH("x") "]"}}},
    {.op = OP_ITEM,
     .action = ACTION_SWITCH_WORKSPACE,
     .legs = {{NULL, "{\"workspace_id\":\"dev\"}"}}},
    {.op = OP_ITEM, .action = ACTION_CHECKOUT, .legs = {{NULL, BRANCH("dev")}}},
    {.op = OP_ITEM,
     .action = ACTION_TEST_GIT,
     .legs = {{NULL, "[{\"id\":\"a\",\"description\":\"Is there\"},{\"id\":\"b\"}]"},
              {NULL, "{\"id\":\"a\",\"status\":\"pass\",\"message\":\"Fine\"}"},
              {NULL, "{\"id\":\"b\",\"status\":\"fail\",\"message\":null}"}}},
    {.op = OP_ITEM, .action = ACTION_VALIDATE, .legs = {{NULL, VALIDATION}}},
    {.op = OP_ITEM, .action = ACTION_RESET_TO_PRODUCTION, .legs = {{NULL, ""}}},
    {.op = OP_ITEM, .action = ACTION_RESET_TO_REMOTE, .legs = {{NULL, ""}}},
    {.op = OP_ITEM, .action = ACTION_DEPLOY, .legs = {{NULL, ""}}},
    {.op = OP_COUNT},
};

#define UUID "2c57cd06-637d-4b3c-93c9-5f9f8a8a9f6a"

#define ADOBE_LINKS                                                                        \
    "\"_links\":{\"self\":{\"href\":\"https://va7.example/queries/" UUID                   \
    "\",\"method\":\"GET\"},\"soft_delete\":{\"href\":\"https://va7.example/queries/" UUID \
    "\",\"method\":\"PATCH\",\"body\":\"{ \\\"op\\\": "                                    \
    "\\\"soft_delete\\\"}\"},\"cancel\":{\"href\":"                                        \
    "\"https://va7.example/queries/" UUID "\",\"method\":\"PATCH\"},"                      \
    "\"referenced_datasets\":[{\"id\":\"5b2b\",\"href\":\"https://va7.example/d/5b2b\"}]," \
    "\"created_dataset\":{\"id\":\"5e6a\",\"href\":\"https://va7.example/d/5e6a\"},"       \
    "\"schedule\":{\"id\":\"s1\",\"href\":\"x\"},\"schedule_run\":{\"id\":\"r1\",\"href\":\"x\"}}"

#define ADOBE_QUERY(id, state)                                                                  \
    "{\"isInsertInto\":false,\"isCTAS\":true,\"request\":{\"dbName\":\"dev:all\",\"sql\":"      \
    "\"SELECT 1\\nFROM x\",\"name\":\"Weekly\",\"description\":\"d\",\"queryParameters\":{"     \
    "\"a\":\"1\"},\"ctasParameters\":{\"datasetName\":\"t\"}},\"effectiveSQL\":\"CREATE TABLE " \
    "t\",\"clientId\":\"abc\",\"state\":\"" state "\",\"rowCount\":3,\"errors\":[{\"code\":"    \
    "\"58000\",\"message\":\"slow\",\"errorType\":\"USER_ERROR\"}],\"version\":1,\"id\":\"" id  \
    "\",\"elapsedTime\":217481,\"updated\":\"2026-09-21T14:10:51.432Z\",\"client\":\"API\","    \
    "\"userId\":\"A33@techacct.adobe.com\",\"templateName\":\"T\",\"created\":\"2026-09-21T14:" \
    "07:13.951Z\"," ADOBE_LINKS "}"

#define ADOBE_PAGE(id, links)                                                                     \
    "{\"queries\":[" ADOBE_QUERY(                                                                 \
        id, "IN_PROGRESS") ",{\"id\":\"q2\",\"state\":\"NEW\"}],"                                 \
                           "\"_page\":{\"orderby\":\"-created\",\"start\":\"2026-09-21T14:07:13." \
                           "951Z\",\"next\":"                                                     \
                           "\"2026-09-21T14:07:10.000Z\",\"count\":2},\"_links\":{" links         \
                           "},\"version\":1}"

#define ADOBE_TAKEN "{\"message\":\"Request to patch accepted\",\"statusCode\":202}"

static const struct op_script adobe_script[] = {
    {.op = OP_LOGIN,
     .state = TASK_UNKNOWN,
     .legs = {{NULL, "{\"access_token\":\"t0k\",\"token_type\":\"bearer\",\"expires_in\":86399}"}}},
    {.op = OP_LIST,
     .state = TASK_UNKNOWN,
     .legs = {{NULL, ADOBE_PAGE(UUID, "\"next\":{\"href\":\"https://va7.example/queries?orderby="
                                      "-created&start=2026-09-21T14:07:10.000Z\"}")},
              {NULL, ADOBE_PAGE("q3", "")}}},
    {.op = OP_FATE, .state = TASK_RUNNING, .legs = {{NULL, ADOBE_QUERY(UUID, "KILLED")}}},
    {.op = OP_DETAIL, .state = TASK_RUNNING, .legs = {{NULL, ADOBE_QUERY(UUID, "IN_PROGRESS")}}},
    {.op = OP_DETAIL, .state = TASK_SUCCEEDED, .legs = {{NULL, ADOBE_QUERY(UUID, "SUCCESS")}}},
    {.op = OP_RESULTS, .state = TASK_SUCCEEDED, .legs = {{NULL, ADOBE_QUERY(UUID, "SUCCESS")}}},
    {.op = OP_CANCEL,
     .state = TASK_RUNNING,
     .legs = {{NULL, "{\"message\":\"Query cancel request received\",\"statusCode\":202}"}}},
    {.op = OP_HIDE, .state = TASK_SUCCEEDED, .legs = {{NULL, "{\"statusCode\":\"202\"}"}}},
    {.op = OP_RETRY,
     .state = TASK_FAILED,
     .legs = {{NULL, ADOBE_QUERY(UUID, "FAILED")}, {NULL, ADOBE_QUERY("n1", "SUBMITTED")}}},
    {.op = OP_RUN, .state = TASK_UNKNOWN, .legs = {{NULL, ADOBE_QUERY("n1", "SUBMITTED")}}},
    {.op = OP_ITEMS,
     .legs = {{NULL, "{\"templates\":[{\"id\":\"t1\",\"name\":\"w\",\"sql\":\"SELECT 1\","
                     "\"queryParameters\":{\"a\":\"1\"},\"userId\":\"ana\"}],\"_links\":{\"next\":"
                     "{\"href\":\"/x?start=2026-09-20\"}}}"},
              {NULL, "{\"templates\":[{\"id\":\"t2\"}]}"},
              {NULL,
               "{\"schedules\":[{\"id\":\"s1\",\"state\":\"ENABLED\",\"query\":{\"name\":\"n\","
               "\"sql\":\"SELECT 2\"},\"schedule\":{\"schedule\":\"0 3 * * *\"}}]}"},
              {NULL, "{\"host\":\"h.example\",\"port\":80,\"dbName\":\"d:all\",\"username\":"
                     "\"A@AdobeOrg\",\"token\":\"s3cret\"}"}}},
    {.op = OP_PARTS,
     .legs = {{NULL, "{\"runsSchedules\":[{\"id\":\"r1\",\"state\":\"FAILED\",\"externalTrigger\":"
                     "\"true\"}],\"_links\":{\"next\":\"/x?start=2026-09-20\"}}"},
              {NULL, "{\"runsSchedules\":[{\"id\":\"r2\"}]}"}}},
    {.op = OP_ITEM, .action = ACTION_ENABLE, .legs = {{NULL, ADOBE_TAKEN}}},
    {.op = OP_ITEM, .action = ACTION_DISABLE, .legs = {{NULL, ADOBE_TAKEN}}},
    {.op = OP_ITEM, .action = ACTION_TRIGGER, .legs = {{NULL, ADOBE_TAKEN}}},
    {.op = OP_ITEM, .action = ACTION_CANCEL_RUN, .legs = {{NULL, ADOBE_TAKEN}}},
    {.op = OP_ITEM,
     .action = ACTION_READ_RUN,
     .legs = {{NULL, "{\"id\":\"r1\",\"state\":\"FAILED\",\"taskStatusList\":[{\"taskId\":\"a\","
                     "\"state\":\"FAILED\",\"duration\":\"1\",\"message\":\"m\"}]}"},
              {NULL, ADOBE_PAGE(UUID, "")}}},
    {.op = OP_COUNT},
};

const struct provider_script provider_scripts[] = {
    {"looker", NULL, ID, looker_script},
    {"looker", "3.1", ID, looker_script},
    {"adobe", NULL, UUID, adobe_script},
};
const size_t provider_script_count = sizeof(provider_scripts) / sizeof(provider_scripts[0]);
