-- Contract views: columns are listed, only ever appended to, and read by the other services. Views and grants stand in one file.
create view contract.schema_version_v1 as
select version, installed_on as installed_at
  from public.flyway_schema_history
 where success and version is not null
 order by installed_rank desc
 limit 1;
grant select on contract.schema_version_v1 to millrace_registry, millrace_pipeline, millrace_serving, millrace_monitoring;

create view registry.token_v1 as
select id, name, hash, roles, expires_at
  from registry.token
 where revoked_at is null;

create view registry.event_v1 as
select id, txid, event_id, type, subject, data, caused_by, occurred_at from registry.event;

create view pipeline.event_v1 as
select id, txid, event_id, type, subject, data, caused_by, occurred_at from pipeline.event;

create view serving.event_v1 as
select id, txid, event_id, type, subject, data, caused_by, occurred_at from serving.event;

create view monitoring.event_v1 as
select id, txid, event_id, type, subject, data, caused_by, occurred_at from monitoring.event;

create view registry.alias_v1 as
select model, alias, version, revision, updated_at from registry.alias;

create view registry.model_version_v1 as
select model, version, run_id, status, format, signature, metrics, profile, caused_by, created_at
  from registry.model_version;

create view registry.alias_change_v1 as
select id, model, alias, revision, from_version, to_version, actor, reason, caused_by, changed_at
  from registry.alias_change;

create view pipeline.run_v1 as
select id, pipeline, revision, model, state, trigger, params, caused_by, queued_at, started_at, finished_at, reason,
       registered_version, tracking_run_id
  from pipeline.run;

create view pipeline.gate_decision_v1 as
select run_id, position, rule, kind, result, severity, metric, candidate, champion, difference, lower_bound,
       upper_bound, margin, threshold, sample_size, needed_rows, method, reason, decided_at
  from pipeline.gate_decision;

create view serving.endpoint_v1 as
select name, revision, sticky_key, threshold, positive_decision, negative_decision, updated_at
  from serving.endpoint
 where deleted_at is null;

create view serving.arm_v1 as
select a.endpoint, a.name, a.position, a.role, a.weight, a.model, a.alias, a.version
  from serving.arm a
  join serving.endpoint e on e.name = a.endpoint
 where e.deleted_at is null;

create view serving.prediction_v1 as
select id, endpoint, arm, role, model, version, event_at, received_at, stored_at, request_id, inputs, score, label,
       decision, latency_us
  from serving.prediction;

-- Only the newest truth of each prediction; corrections supersede. `not exists` lets a reader's filter reach the index.
create view serving.feedback_v1 as
select f.prediction_id, f.sequence, f.truth, f.truth_label, f.observed_at, f.received_at
  from serving.feedback f
 where not exists (select 1
                     from serving.feedback newer
                    where newer.prediction_id = f.prediction_id
                      and newer.sequence > f.sequence);

create view monitoring.window_v1 as
select id, endpoint, model, version, starts_at, ends_at, row_count, state, first_request, last_request, evaluated_at,
       caused_by
  from monitoring.drift_window;

create view monitoring.alert_v1 as
select id, endpoint, model, version, kind, severity, state, summary, caused_by, opened_at, closed_at
  from monitoring.alert;

create view monitoring.retraining_request_v1 as
select id, endpoint, model, pipeline, alert_id, state, as_of, run_id, requested_at, finished_at, caused_by
  from monitoring.retraining_request;

grant select on registry.token_v1, registry.event_v1, pipeline.event_v1, serving.event_v1, monitoring.event_v1,
    registry.alias_v1, registry.model_version_v1, registry.alias_change_v1, pipeline.run_v1, pipeline.gate_decision_v1,
    serving.endpoint_v1, serving.arm_v1, serving.prediction_v1, serving.feedback_v1, monitoring.window_v1,
    monitoring.alert_v1, monitoring.retraining_request_v1
    to millrace_registry, millrace_pipeline, millrace_serving, millrace_monitoring;

-- One node per thing the loop writes. `caused_by` of a node is the `id` of another, so the way from a promotion back to
-- the requests is one recursive query.
create view contract.cause_v1 as
select 'promotion:' || c.id as id, c.caused_by, 'promotion' as kind, c.changed_at as at,
       c.model || '@' || c.alias || ' -> version ' || coalesce(c.to_version::text, 'none') as title,
       jsonb_build_object('model', c.model, 'alias', c.alias, 'fromVersion', c.from_version, 'toVersion', c.to_version,
                          'actor', c.actor, 'reason', c.reason) as detail
  from registry.alias_change c
union all
select 'version:' || v.model || '/' || v.version, v.caused_by, 'version', v.created_at,
       v.model || ' version ' || v.version,
       jsonb_build_object('model', v.model, 'version', v.version, 'format', v.format, 'metrics', v.metrics,
                          'runId', v.run_id)
  from registry.model_version v
union all
select 'run:' || r.id, r.caused_by, 'run', r.queued_at, r.pipeline || ' run (' || r.trigger || '): ' || r.state,
       jsonb_build_object('pipeline', r.pipeline, 'state', r.state, 'trigger', r.trigger, 'params', r.params,
                          'registeredVersion', r.registered_version)
  from pipeline.run r
union all
select 'alert:' || a.id, a.caused_by, 'alert', a.opened_at, a.summary,
       jsonb_build_object('endpoint', a.endpoint, 'model', a.model, 'version', a.version, 'alertKind', a.kind,
                          'state', a.state)
  from monitoring.alert a
union all
select 'window:' || w.id, w.caused_by, 'window', w.ends_at,
       w.endpoint || ' ' || to_char(w.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') || ' to '
           || to_char(w.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'),
       jsonb_build_object('endpoint', w.endpoint, 'model', w.model, 'version', w.version, 'rows', w.row_count,
                          'state', w.state, 'firstRequest', w.first_request, 'lastRequest', w.last_request)
  from monitoring.drift_window w
union all
select 'endpoint:' || e.name, e.caused_by, 'endpoint', e.created_at, 'endpoint ' || e.name,
       jsonb_build_object('endpoint', e.name, 'revision', e.revision)
  from serving.endpoint e;
grant select on contract.cause_v1 to millrace_registry, millrace_pipeline, millrace_serving, millrace_monitoring;
