/* router.h - which handler answers which method and path. */
#pragma once

#include <stddef.h>

#include "sandbox/service.h"

typedef void route_handler(struct sandbox *sandbox, const struct request *request,
                           struct response *response);

/* Answers any request whose target, headers and body are there: finds the route, checks the token.
 * Any thread, also several at once. */
void route(struct sandbox *sandbox, struct request *request, struct response *response);

size_t route_count(void);
/* "GET /query_tasks/{id}" */
void route_name(size_t index, char *out, size_t size);

/* The handlers: looker_session.c */
route_handler handle_alive;
route_handler handle_versions;
route_handler handle_api_spec;
route_handler handle_login;
route_handler handle_login_user;
route_handler handle_logout;
route_handler handle_me;
route_handler handle_user;
route_handler handle_session;
route_handler handle_update_session;
/* looker_query.c */
route_handler handle_create_query;
route_handler handle_query;
route_handler handle_query_for_slug;
route_handler handle_run_query;
route_handler handle_run_inline_query;
route_handler handle_create_sql_query;
route_handler handle_sql_query;
route_handler handle_run_sql_query;
/* looker_task.c */
route_handler handle_running_queries;
route_handler handle_kill_query;
route_handler handle_create_query_task;
route_handler handle_query_task;
route_handler handle_query_task_results;
route_handler handle_multi_results;
/* looker_connection.c */
route_handler handle_all_connections;
route_handler handle_connection;
/* looker_model.c */
route_handler handle_all_models;
/* looker_project.c */
route_handler handle_all_workspaces;
route_handler handle_workspace;
route_handler handle_all_projects;
route_handler handle_project;
route_handler handle_project_workspace;
/* looker_git.c */
route_handler handle_all_git_branches;
route_handler handle_git_branch;
route_handler handle_find_git_branch;
route_handler handle_update_git_branch;
route_handler handle_all_git_connection_tests;
route_handler handle_run_git_connection_test;
route_handler handle_validate;
route_handler handle_last_validation;
route_handler handle_reset_to_production;
route_handler handle_reset_to_remote;
route_handler handle_deploy;
/* adobe_gate.c */
route_handler handle_ims_token;
/* adobe_query.c */
route_handler handle_adobe_queries;
route_handler handle_adobe_query;
route_handler handle_adobe_submit;
route_handler handle_adobe_patch_query;
/* adobe_templates.c */
route_handler handle_adobe_templates;
route_handler handle_adobe_template_count;
route_handler handle_adobe_template;
route_handler handle_adobe_create_template;
route_handler handle_adobe_update_template;
route_handler handle_adobe_delete_template;
/* adobe_schedule.c */
route_handler handle_adobe_schedules;
route_handler handle_adobe_schedule;
route_handler handle_adobe_create_schedule;
route_handler handle_adobe_patch_schedule;
route_handler handle_adobe_delete_schedule;
/* adobe_run.c */
route_handler handle_adobe_runs;
route_handler handle_adobe_run;
route_handler handle_adobe_trigger_run;
route_handler handle_adobe_patch_run;
/* adobe_connection.c */
route_handler handle_adobe_connection_parameters;
/* own_routes.c */
route_handler handle_faults;
route_handler handle_stats;
