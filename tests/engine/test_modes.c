/* The profile's mode is enforced behind the engine's door, for every kind of action there is. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "engine/rig.h"

enum { READ_ONLY, ARMED, READ_WRITE };

static struct rig rig;
static char id[LIMIT_ID_BYTES];

static int open_rig(void **state)
{
    (void)state;
    struct sandbox_options options = rig_endless_tasks();
    options.active = 20;
    rig = (struct rig){.sandbox = rig_sandbox(&options)};
    rig_add_profile(&rig, "read-only", sandbox_url(rig.sandbox))->mode = MODE_READ_ONLY;
    rig_add_profile(&rig, "armed", sandbox_url(rig.sandbox))->mode = MODE_ARMED;
    rig_add_profile(&rig, "read-write", sandbox_url(rig.sandbox))->mode = MODE_READ_WRITE;
    rig_start(&rig);
    rig_find_running(&rig, id);
    return 0;
}

static int close_rig(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static bool is_own(enum action_kind kind)
{
    return action_infos[kind].class == ACTION_CLASS_OWN;
}

/* By the call that is for this kind of target. */
static bool ask(enum action_kind kind, uint16_t source, uint64_t *out_id, struct error *err)
{
    if (action_infos[kind].target == TARGET_TASK)
        return engine_act(rig.engine, kind, source, id, out_id, err);
    if (kind != ACTION_RUN)
        return engine_act_on_item(rig.engine, kind, source, "shop_model", "production", out_id,
                                  err);
    struct run_spec *spec = run_spec_create();
    const struct run_option *query = run_option_find("query");
    assert_true(query->set(spec, query, "no-such-query", err));
    return engine_run(rig.engine, source, spec, out_id, err);
}

/* How it ended. */
static enum error_code code_of(enum action_kind kind, uint16_t source)
{
    struct error err = {0};
    struct action_record record;
    uint64_t action_id;
    if (!ask(kind, source, &action_id, &err))
        return err.code;
    snapshot_unref(rig_wait_action(&rig, action_id, &record));
    engine_dismiss(rig.engine, action_id, NULL);
    return record.code;
}

static void every_kind_is_classed(void **state)
{
    (void)state;
    for (int kind = 0; kind < ACTION_KIND_COUNT; kind++) {
        const struct action_info *info = &action_infos[kind];
        if (info->class < ACTION_CLASS_OWN || info->class > ACTION_CLASS_DANGER)
            fail_msg("action %d (%s) has no class", kind, info->name ? info->name : "no name");
        assert_true(info->name && info->word && info->cap);
        if (info->class == ACTION_CLASS_DANGER && !info->warning)
            fail_msg("%s is dangerous, and nothing says why", info->name);
    }
}

static void read_only_refuses_all_but_its_own_session_at_the_door(void **state)
{
    (void)state;
    for (int kind = 0; kind < ACTION_KIND_COUNT; kind++) {
        struct error err = {0};
        uint64_t action_id = 0;
        bool is_taken = ask(kind, READ_ONLY, &action_id, &err);
        if (is_taken != is_own(kind) || (!is_taken && err.code != ERR_MODE))
            fail_msg("%s on a read-only profile: %s", action_infos[kind].name,
                     is_taken ? "taken" : err.message);
    }
    assert_false(engine_arm(rig.engine, READ_ONLY, 60000, NULL));
}

static void armed_profile_refuses_until_it_is_armed(void **state)
{
    (void)state;
    for (int kind = 0; kind < ACTION_KIND_COUNT; kind++) {
        bool is_refused = code_of(kind, ARMED) == ERR_MODE;
        if (is_refused == is_own(kind))
            fail_msg("%s on a profile that is not armed", action_infos[kind].name);
    }
    for (int kind = 0; kind < ACTION_KIND_COUNT; kind++) {
        assert_true(engine_arm(rig.engine, ARMED, 60000, NULL));
        if (code_of(kind, ARMED) == ERR_MODE)
            fail_msg("%s is refused though the profile is armed", action_infos[kind].name);
    }
}

static bool is_armed(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->sources[ARMED].armed_until_ms > s->made_ms;
}

static bool is_over(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->sources[ARMED].armed_until_ms == UNKNOWN ||
           s->sources[ARMED].armed_until_ms < s->made_ms;
}

static void arming_ends_by_itself(void **state)
{
    (void)state;
    assert_true(engine_arm(rig.engine, ARMED, 60000, NULL));
    rig_wait_until(&rig, "the arming", is_armed, NULL);
    assert_true(engine_arm(rig.engine, ARMED, 1, NULL));
    rig_wait_until(&rig, "the end of the arming", is_over, NULL);
    assert_int_equal(code_of(ACTION_RETRY, ARMED), ERR_MODE);
}

static void read_write_refuses_none_for_its_mode(void **state)
{
    (void)state;
    for (int kind = 0; kind < ACTION_KIND_COUNT; kind++) {
        if (code_of(kind, READ_WRITE) == ERR_MODE)
            fail_msg("%s on a read-write profile", action_infos[kind].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_classed),
        cmocka_unit_test(read_only_refuses_all_but_its_own_session_at_the_door),
        cmocka_unit_test(arming_ends_by_itself),
        cmocka_unit_test(armed_profile_refuses_until_it_is_armed),
        cmocka_unit_test(read_write_refuses_none_for_its_mode),
    };
    return cmocka_run_group_tests(tests, open_rig, close_rig);
}
