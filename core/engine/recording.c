#include "engine/recording.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/timefmt.h"
#include "engine/document.h"
#include "engine/task_fields.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* ---- facts at a place in a struct ------------------------------------------------------------ */

enum fact_kind {
    FACT_TEXT, /* a char array */
    FACT_TIME, /* int64_t, wall clock */
    FACT_NUMBER,
    FACT_COUNT, /* uint32_t */
    FACT_FLAG,
};

struct fact {
    const char *name;
    enum fact_kind kind;
    size_t offset;
    size_t size; /* of text */
};

#define TEXT_OF(type, field) offsetof(type, field), sizeof(((type *)0)->field)

static const struct fact source_facts[] = {
    {"profile", FACT_TEXT, TEXT_OF(struct source_status, profile)},
    {"provider", FACT_TEXT, TEXT_OF(struct source_status, provider)},
    {"host", FACT_TEXT, TEXT_OF(struct source_status, host)},
    {"user", FACT_TEXT, TEXT_OF(struct source_status, user)},
    {"workspace", FACT_TEXT, TEXT_OF(struct source_status, workspace)},
    {"verify_tls", FACT_FLAG, offsetof(struct source_status, verify_tls), 0},
    {"interval_ms", FACT_NUMBER, offsetof(struct source_status, interval_ms), 0},
    {"latency_ms", FACT_NUMBER, offsetof(struct source_status, latency_ms), 0},
    {"data_at", FACT_TIME, offsetof(struct source_status, data_ms), 0},
    {"stale_at", FACT_TIME, offsetof(struct source_status, stale_at_ms), 0},
    {"next_try_at", FACT_TIME, offsetof(struct source_status, next_try_ms), 0},
    {"armed_until", FACT_TIME, offsetof(struct source_status, armed_until_ms), 0},
    {"paused", FACT_FLAG, offsetof(struct source_status, is_paused), 0},
    {"partial", FACT_FLAG, offsetof(struct source_status, is_partial), 0},
    {"partial_reason", FACT_TEXT, TEXT_OF(struct source_status, partial_reason)},
    {"requests_last_minute", FACT_COUNT, offsetof(struct source_status, requests_last_minute), 0},
};

static const struct fact action_facts[] = {
    {"id", FACT_NUMBER, offsetof(struct action_record, id), 0},
    {"task_id", FACT_TEXT, TEXT_OF(struct action_record, task_id)},
    {"title", FACT_TEXT, TEXT_OF(struct action_record, task_title)},
    {"item_id", FACT_TEXT, TEXT_OF(struct action_record, item_id)},
    {"argument", FACT_TEXT, TEXT_OF(struct action_record, argument)},
    {"new_task_id", FACT_TEXT, TEXT_OF(struct action_record, new_task_id)},
    {"words", FACT_TEXT, TEXT_OF(struct action_record, words)},
    {"asked_at", FACT_TIME, offsetof(struct action_record, asked_ms), 0},
    {"changed_at", FACT_TIME, offsetof(struct action_record, changed_ms), 0},
};

static struct json *json_time(int64_t wall_ms)
{
    char text[TIMEFMT_BYTES];
    return json_new_string(wall_ms == UNKNOWN ? NULL : format_utc(text, wall_ms));
}

static struct json *fact_json(const struct fact *fact, const void *place)
{
    switch (fact->kind) {
    case FACT_TEXT:
        return json_new_string(*(const char *)place ? place : NULL);
    case FACT_TIME:
        return json_time(*(const int64_t *)place);
    case FACT_COUNT:
        return json_new_int(*(const uint32_t *)place);
    case FACT_FLAG:
        return json_new_bool(*(const bool *)place);
    default: {
        int64_t number = *(const int64_t *)place;
        return number == UNKNOWN ? json_new_string(NULL) : json_new_int(number);
    }
    }
}

static struct json *facts_json(const struct fact *facts, size_t count, const void *from)
{
    struct json *object = json_new_object();
    for (size_t i = 0; i < count; i++)
        json_set(object, facts[i].name, fact_json(&facts[i], (const char *)from + facts[i].offset));
    return object;
}

static void read_text(const struct json *object, const char *name, char *out, size_t size)
{
    const char *text = json_string(json_get(object, name), NULL);
    sanitize_line(out, size, text ? text : "");
}

static int64_t read_time(const struct json *object, const char *name)
{
    int64_t wall_ms;
    const char *text = json_string(json_get(object, name), NULL);
    return text && parse_iso8601(text, &wall_ms) ? wall_ms : UNKNOWN;
}

static void read_fact(const struct fact *fact, const struct json *object, void *place)
{
    const struct json *value = json_get(object, fact->name);
    switch (fact->kind) {
    case FACT_TEXT:
        read_text(object, fact->name, place, fact->size);
        break;
    case FACT_TIME:
        *(int64_t *)place = read_time(object, fact->name);
        break;
    case FACT_COUNT:
        *(uint32_t *)place = (uint32_t)json_int(value, 0);
        break;
    case FACT_FLAG:
        *(bool *)place = json_bool(value) == 1;
        break;
    default:
        *(int64_t *)place = json_int(value, UNKNOWN);
    }
}

static void read_facts(const struct fact *facts, size_t count, const struct json *object, void *to)
{
    for (size_t i = 0; i < count; i++)
        read_fact(&facts[i], object, (char *)to + facts[i].offset);
}

/* The place of a word in a list of names; fallback when it is none of them. */
static int read_word(const struct json *object, const char *name, const char *(*name_of)(int),
                     int count, int fallback)
{
    const char *word = json_string(json_get(object, name), NULL);
    for (int i = 0; word && i < count; i++) {
        if (strcmp(name_of(i), word) == 0)
            return i;
    }
    return fallback;
}

/* ---- the words ------------------------------------------------------------------------------- */

static const char *source_word(int state)
{
    return source_state_name((enum source_state)state);
}

static const char *action_word(int kind)
{
    return action_infos[kind].word;
}

static const char *action_state_word(int state)
{
    static const char *const words[ACTION_STATE_COUNT] = {
        [ACTION_ASKED] = "asked",
        [ACTION_ACCEPTED] = "accepted",
        [ACTION_STILL_RUNNING] = "still_running",
        [ACTION_CONFIRMED] = "confirmed",
        [ACTION_ALREADY_ENDED] = "already_ended",
        [ACTION_REFUSED] = "refused",
        [ACTION_FAILED] = "failed",
    };
    return words[state];
}

/* ---- writing --------------------------------------------------------------------------------- */

struct json *recording_head(const struct snapshot *s)
{
    struct json *head = json_new_object();
    struct json *profiles = json_new_array();
    for (size_t i = 0; i < s->source_count; i++)
        json_push(profiles, json_new_string(s->sources[i].profile));
    json_set_string(head, "schema", RECORDING_SCHEMA);
    json_set(head, "at", json_time(s->made_ms));
    json_set(head, "profiles", profiles);
    return head;
}

struct json *recording_task(const struct task *task, const struct snapshot *s)
{
    struct column_context context = {s, s->made_ms, false};
    struct json *object = task_fields_json(task, &context);
    json_set_string(object, "state", task_states[task->state].name);
    document_set_number(object, "elapsed_ms", task->elapsed_ms);
    json_set(object, "observed_at", json_time(task->observed_ms));
    return object;
}

struct json *recording_gone(const struct task *task, const struct snapshot *s)
{
    struct json *object = json_new_object();
    json_set_string(object, "profile", s->sources[task->source].profile);
    json_set_string(object, "id", task_text(task, TASK_ID));
    return object;
}

struct json *recording_source(const struct source_status *status)
{
    struct json *object = facts_json(source_facts, ARRAY_LENGTH(source_facts), status);
    json_set_string(object, "state", source_state_name(status->state));
    json_set_string(object, "error", status->error.code ? status->error.message : NULL);
    return object;
}

struct json *recording_action(const struct action_record *record, const struct snapshot *s)
{
    struct json *object = facts_json(action_facts, ARRAY_LENGTH(action_facts), record);
    json_set_string(object, "profile", s->sources[record->source].profile);
    json_set_string(object, "action", action_word(record->kind));
    json_set_string(object, "state", action_state_word(record->state));
    return object;
}

/* ---- reading --------------------------------------------------------------------------------- */

bool recording_read_task(const struct json *object, struct task_draft *out)
{
    const char *id = json_string(json_get(object, "id"), NULL);
    if (!id || !*id || strlen(id) >= LIMIT_TASK_FIELD_BYTES)
        return false;
    task_fields_read(object, out);
    out->facts.observed_ms = read_time(object, "observed_at");
    return task_draft_text(out, TASK_ID);
}

void recording_read_source(const struct json *object, struct source_status *out)
{
    read_facts(source_facts, ARRAY_LENGTH(source_facts), object, out);
    out->state =
        (enum source_state)read_word(object, "state", source_word, SOURCE_STATE_COUNT, SOURCE_OK);
    out->mode = MODE_READ_ONLY; /* the past can not be changed */
    error_clear(&out->error);
    char words[sizeof(out->error.message)];
    read_text(object, "error", words, sizeof(words));
    if (words[0])
        error_set(&out->error, ERR_NETWORK, "%s", words);
}

bool recording_read_action(const struct json *object, struct action_record *out)
{
    int kind = read_word(object, "action", action_word, ACTION_KIND_COUNT, -1);
    int state = read_word(object, "state", action_state_word, ACTION_STATE_COUNT, -1);
    if (kind < 0 || state < 0)
        return false;
    read_facts(action_facts, ARRAY_LENGTH(action_facts), object, out);
    out->kind = (enum action_kind)kind;
    out->state = (enum action_state)state;
    return true;
}
