/* Workspaces and projects over HTTP: state that changes. */
#include "support/testing.h"

#include <string.h>

#include "sandbox/rest_client.h"

static struct rig rig;

static int start(void **state)
{
    (void)state;
    struct sandbox_options options = rig_options();
    options.workers = 0;
    rig_start(&rig, &options);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rig_stop(&rig);
    return 0;
}

static void use_workspace(const char *workspace)
{
    rest_expect(&rig.rest, 200, "PATCH", "/session",
                strcmp(workspace, "dev") == 0 ? "{\"workspace_id\":\"dev\"}"
                                              : "{\"workspace_id\":\"production\"}");
}

static void both_workspaces_have_the_projects(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 200, "GET", "/workspaces", NULL);
    assert_int_equal(json_count(rig.rest.json), 2);
    rest_expect(&rig.rest, 200, "GET", "/workspaces/dev", NULL);
    assert_int_equal(json_count(json_get(rig.rest.json, "projects")), 4);
    rest_expect(&rig.rest, 404, "GET", "/workspaces/other", NULL);
    rest_expect(&rig.rest, 200, "GET", "/projects?fields=id", NULL);
    assert_string_equal(rig.rest.body.data,
                        "[{\"id\":\"shop_model\"},{\"id\":\"finance\"},{\"id\":\"marketing\"},"
                        "{\"id\":\"sample_thelook\"}]");
    rest_expect(&rig.rest, 404, "GET", "/projects/other", NULL);
}

static void a_model_tells_its_project(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 200, "GET", "/lookml_models?fields=name,project_name", NULL);
    assert_string_equal(rig.rest.body.data,
                        "[{\"name\":\"shop\",\"project_name\":\"shop_model\"}]");
}

static void secrets_of_a_project_never_come_out(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 200, "GET", "/projects/marketing", NULL);
    assert_null(strstr(rig.rest.body.data, "git_password\""));
    assert_null(strstr(rig.rest.body.data, "\"deploy_secret"));
    rest_expect(&rig.rest, 200, "GET", "/connections/warehouse", NULL);
    assert_null(strstr(rig.rest.body.data, "\"password"));
}

static void workspace_decides_which_branch_is_shown(void **state)
{
    (void)state;
    use_workspace("production");
    rest_expect(&rig.rest, 200, "GET", "/projects/finance/git_branch", NULL);
    assert_string_equal(rest_string(&rig.rest, "name"), "main");
    assert_int_equal(json_bool(json_get(rig.rest.json, "is_production")), 1);
    use_workspace("dev");
    rest_expect(&rig.rest, 200, "GET", "/projects/finance/current_workspace", NULL);
    assert_string_equal(rest_string(&rig.rest, "workspace_id"), "dev");
    assert_string_equal(rest_string(&rig.rest, "git_status"), "dirty");
    const struct json *branch = json_get(rig.rest.json, "git_branch");
    assert_int_equal(json_int(json_get(branch, "ahead_count"), -1), 2);
    assert_int_equal(json_int(json_get(branch, "behind_count"), -1), 1);
}

static void changes_are_for_the_dev_workspace(void **state)
{
    (void)state;
    static const char *const posts[] = {"/projects/shop_model/reset_to_production",
                                        "/projects/shop_model/reset_to_remote",
                                        "/projects/shop_model/deploy_to_production"};
    use_workspace("production");
    for (size_t i = 0; i < 3; i++)
        rest_expect(&rig.rest, 422, "POST", posts[i], "");
    rest_expect(&rig.rest, 422, "PUT", "/projects/shop_model/git_branch", "{\"name\":\"main\"}");
    use_workspace("dev");
    for (size_t i = 0; i < 3; i++)
        rest_expect(&rig.rest, 204, "POST", posts[i], "");
    rest_expect(&rig.rest, 422, "POST", "/projects/sample_thelook/reset_to_remote", "");
}

static void checkout_changes_the_branch_once_nothing_is_lost(void **state)
{
    (void)state;
    use_workspace("dev");
    rest_expect(&rig.rest, 422, "PUT", "/projects/finance/git_branch", "{\"name\":\"nope\"}");
    rest_expect(&rig.rest, 422, "PUT", "/projects/finance/git_branch", "{\"name\":\"fix/margin\"}");
    rest_expect(&rig.rest, 204, "POST", "/projects/finance/reset_to_remote", "");
    rest_expect(&rig.rest, 200, "PUT", "/projects/finance/git_branch", "{\"name\":\"fix/margin\"}");
    rest_expect(&rig.rest, 200, "GET", "/projects/finance/git_branch", NULL);
    assert_string_equal(rest_string(&rig.rest, "name"), "fix/margin");
    rest_expect(&rig.rest, 200, "GET", "/projects/finance/git_branch/fix%2Fmargin", NULL);
    rest_expect(&rig.rest, 200, "PUT", "/projects/finance/git_branch",
                "{\"ref\":\"0123456789abcdef\"}");
    assert_string_equal(rest_string(&rig.rest, "ref"), "0123456789abcdef");
}

static void deployment_moves_production(void **state)
{
    (void)state;
    use_workspace("dev");
    rest_expect(&rig.rest, 200, "PUT", "/projects/shop_model/git_branch",
                "{\"name\":\"dev-demo-admin-x7k2\",\"ref\":\"abcdef0123456789\"}");
    rest_expect(&rig.rest, 204, "POST", "/projects/shop_model/deploy_to_production", "");
    rest_expect(&rig.rest, 200, "GET", "/projects/shop_model/git_branch/main", NULL);
    assert_string_equal(rest_string(&rig.rest, "ref"), "abcdef0123456789");
    rest_expect(&rig.rest, 422, "POST", "/projects/finance/deploy_to_production", "");
}

static void validation_is_remembered(void **state)
{
    (void)state;
    use_workspace("dev");
    rest_expect(&rig.rest, 204, "GET", "/projects/marketing/validate", NULL);
    rest_expect(&rig.rest, 200, "POST", "/projects/marketing/validate", "");
    assert_int_equal(json_count(json_get(rig.rest.json, "errors")), 0);
    rest_expect(&rig.rest, 200, "GET", "/projects/marketing/validate", NULL);
    rest_expect(&rig.rest, 200, "POST", "/projects/finance/validate", "");
    assert_int_equal(json_count(json_get(rig.rest.json, "errors")), 2);
}

static const char *invalid_field(const char *method, const char *path, const char *body)
{
    rest_expect(&rig.rest, 422, method, path, body);
    const struct json *error = json_at(json_get(rig.rest.json, "errors"), 0);
    assert_non_null(json_string(json_get(error, "code"), NULL));
    return json_string(json_get(error, "field"), NULL);
}

static void what_cannot_be_done_names_its_field(void **state)
{
    (void)state;
    use_workspace("dev");
    assert_string_equal(invalid_field("PATCH", "/session", "{\"workspace_id\":\"x\"}"),
                        "workspace_id");
    assert_string_equal(invalid_field("PUT", "/projects/finance/git_branch", "{}"), "name");
    assert_string_equal(invalid_field("PUT", "/projects/finance/git_branch", "{\"ref\":\"x y\"}"),
                        "ref");
    assert_string_equal(invalid_field("POST", "/projects/finance/deploy_to_production", ""),
                        "project_id");
    assert_string_equal(invalid_field("POST", "/queries", "{\"model\":\"shop\"}"), "view");
    assert_string_equal(invalid_field("POST", "/query_tasks", "{\"query_id\":\"x\"}"),
                        "result_format");
    assert_string_equal(invalid_field("POST", "/query_tasks?limit=many", "{}"), "limit");
    assert_string_equal(invalid_field("POST", "/query_tasks?cache=perhaps", "{}"), "cache");
    assert_string_equal(invalid_field("POST", "/queries/run/json?limit=many",
                                      "{\"model\":\"shop\",\"view\":\"users\"}"),
                        "limit");
}

/* Only what production has not is found; what is deployed is missing elsewhere. */
static void state_of_a_project_follows_what_is_done(void **state)
{
    (void)state;
    struct rig fresh;
    struct sandbox_options options = rig_options();
    options.workers = 0;
    rig_start(&fresh, &options);
    rest_expect(&fresh.rest, 200, "PATCH", "/session", "{\"workspace_id\":\"dev\"}");
    rest_expect(&fresh.rest, 200, "POST", "/projects/finance/validate", "");
    const struct json *error = json_at(json_get(fresh.rest.json, "errors"), 0);
    assert_non_null(strstr(json_string(json_get(error, "file_path"), NULL), ".lkml"));
    assert_true(json_int(json_get(error, "line_number"), 0) > 0);
    rest_expect(&fresh.rest, 204, "POST", "/projects/finance/reset_to_production", "");
    rest_expect(&fresh.rest, 204, "GET", "/projects/finance/validate", NULL);
    rest_expect(&fresh.rest, 200, "POST", "/projects/finance/validate", "");
    assert_int_equal(json_count(json_get(fresh.rest.json, "errors")), 0);
    rest_expect(&fresh.rest, 200, "GET", "/projects/finance/current_workspace", NULL);
    assert_string_equal(rest_string(&fresh.rest, "git_status"), "clean");
    rest_expect(&fresh.rest, 200, "PUT", "/projects/shop_model/git_branch",
                "{\"name\":\"faster-order-items\"}");
    assert_int_equal(json_int(json_get(fresh.rest.json, "ahead_count"), -1), 3);
    rest_expect(&fresh.rest, 204, "POST", "/projects/shop_model/deploy_to_production", "");
    rest_expect(&fresh.rest, 200, "GET", "/projects/shop_model/git_branch", NULL);
    assert_int_equal(json_int(json_get(fresh.rest.json, "ahead_count"), -1), 0);
    rest_expect(&fresh.rest, 200, "GET", "/projects/shop_model/git_branch/dev-demo-admin-x7k2",
                NULL);
    assert_int_equal(json_int(json_get(fresh.rest.json, "behind_count"), -1), 3);
    rig_stop(&fresh);
}

static void connection_tests_pass_or_say_why_not(void **state)
{
    (void)state;
    rest_expect(&rig.rest, 200, "GET", "/projects/marketing/git_connection_tests", NULL);
    assert_int_equal(json_count(rig.rest.json), 4);
    rest_expect(&rig.rest, 200, "GET", "/projects/marketing/git_connection_tests/git_read", NULL);
    assert_string_equal(rest_string(&rig.rest, "status"), "pass");
    rest_expect(&rig.rest, 200, "GET", "/projects/marketing/git_connection_tests/git_push", NULL);
    assert_string_equal(rest_string(&rig.rest, "status"), "fail");
    rest_expect(&rig.rest, 404, "GET", "/projects/marketing/git_connection_tests/other", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_workspaces_have_the_projects),
        cmocka_unit_test(a_model_tells_its_project),
        cmocka_unit_test(secrets_of_a_project_never_come_out),
        cmocka_unit_test(workspace_decides_which_branch_is_shown),
        cmocka_unit_test(changes_are_for_the_dev_workspace),
        cmocka_unit_test(checkout_changes_the_branch_once_nothing_is_lost),
        cmocka_unit_test(deployment_moves_production),
        cmocka_unit_test(validation_is_remembered),
        cmocka_unit_test(what_cannot_be_done_names_its_field),
        cmocka_unit_test(state_of_a_project_follows_what_is_done),
        cmocka_unit_test(connection_tests_pass_or_say_why_not),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
