create table monitoring.monitor (
    endpoint        text        not null,
    model           text        not null,
    pipeline        text,
    window_seconds  bigint      not null,
    lateness_seconds bigint     not null,
    idle_seconds    bigint      not null,
    min_rows        integer     not null,
    psi_warn        double precision not null,
    psi_fire        double precision not null,
    drift_share     double precision not null,
    ks_alpha        double precision not null,
    null_rate_fire  double precision not null,
    quality_metric  text,
    quality_limit   double precision,
    retrain_mode    text        not null,
    cooldown_seconds bigint     not null,
    windows_to_fire integer     not null default 1,
    revision        bigint      not null default 1,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    constraint monitor_pk primary key (endpoint),
    constraint monitor_window_seconds_ck check (window_seconds between 1 and 31622400),
    constraint monitor_retrain_mode_ck check (retrain_mode in ('off', 'suggest', 'auto')),
    constraint monitor_windows_to_fire_ck check (windows_to_fire between 1 and 100)
);
comment on table monitoring.monitor is 'What is watched for an endpoint: window width, limits, and what an alert may start.';

create table monitoring.drift_window (
    id          uuid        not null,
    endpoint    text        not null,
    model       text        not null,
    version     integer     not null,
    starts_at   timestamptz not null,
    ends_at     timestamptz not null,
    row_count   bigint      not null,
    label_count bigint      not null,
    state       text        not null,
    first_request text,
    last_request  text,
    profile     jsonb       not null,
    evaluated_at timestamptz not null,
    caused_by   text        not null,
    constraint drift_window_pk primary key (id),
    constraint drift_window_endpoint_model_version_starts_at_uq unique (endpoint, model, version, starts_at),
    constraint drift_window_ends_at_ck check (ends_at > starts_at),
    constraint drift_window_state_ck check (state in ('ok', 'warning', 'drifted', 'insufficient', 'no_reference'))
);
create index drift_window_endpoint_ends_at_ix on monitoring.drift_window (endpoint, ends_at desc);
comment on table monitoring.drift_window is 'One closed window of requests to one version, compared with the data that version learned from.';

create table monitoring.drift_result (
    window_id   uuid             not null,
    column_name text             not null,
    measure     text             not null,
    value       double precision,
    p_value     double precision,
    adjusted_p  double precision,
    threshold   double precision,
    sample_size bigint           not null,
    state       text             not null,
    constraint drift_result_pk primary key (window_id, column_name, measure),
    constraint drift_result_drift_window_fk foreign key (window_id) references monitoring.drift_window (id) on delete cascade,
    constraint drift_result_state_ck check (state in ('ok', 'warning', 'drifted', 'insufficient'))
);
comment on table monitoring.drift_result is 'Each measure of each column of a window.';

create table monitoring.quality_result (
    endpoint    text             not null,
    arm         text             not null,
    model       text             not null,
    version     integer          not null,
    starts_at   timestamptz      not null,
    ends_at     timestamptz      not null,
    metric      text             not null,
    value       double precision,
    lower_bound double precision,
    upper_bound double precision,
    label_count bigint           not null,
    row_count   bigint           not null,
    computed_at timestamptz      not null,
    constraint quality_result_pk primary key (endpoint, arm, model, version, starts_at, metric)
);
comment on table monitoring.quality_result is 'Realised quality by arm, version and window, from feedback; computed again when late labels come.';

create table monitoring.alert (
    id           uuid        not null,
    endpoint     text        not null,
    model        text        not null,
    version      integer     not null,
    kind         text        not null,
    severity     text        not null,
    state        text        not null,
    summary      text        not null,
    detail       jsonb       not null,
    caused_by    text        not null,
    opened_at    timestamptz not null,
    last_seen_at timestamptz not null,
    closed_at    timestamptz,
    close_reason text,
    constraint alert_pk primary key (id),
    constraint alert_kind_ck check (kind in ('drift', 'quality', 'nulls', 'prediction_drift')),
    constraint alert_severity_ck check (severity in ('warning', 'critical')),
    constraint alert_state_ck check (state in ('firing', 'resolved')),
    constraint alert_closed_at_ck check ((closed_at is not null) = (state = 'resolved'))
);
create unique index alert_open_uq on monitoring.alert (endpoint, model, version, kind) where closed_at is null;
comment on table monitoring.alert is 'At most one open alert per endpoint, version and kind.';

create table monitoring.retraining_request (
    id           uuid        not null,
    endpoint     text        not null,
    model        text        not null,
    pipeline     text        not null,
    alert_id     uuid        not null,
    state        text        not null,
    as_of        timestamptz not null,
    run_id       uuid,
    outcome      text,
    requested_at timestamptz not null,
    finished_at  timestamptz,
    caused_by    text        not null,
    constraint retraining_request_pk primary key (id),
    constraint retraining_request_alert_fk foreign key (alert_id) references monitoring.alert (id),
    constraint retraining_request_state_ck check (state in ('suggested', 'requested', 'running', 'finished', 'failed'))
);
create unique index retraining_request_in_flight_uq on monitoring.retraining_request (model) where state in ('requested', 'running');
comment on table monitoring.retraining_request is 'Asks the pipeline service for a run; one in flight per model, then a cool-down counted from its end.';

grant select, insert, update, delete on monitoring.monitor, monitoring.drift_result, monitoring.quality_result to millrace_monitoring;
grant select, insert, update on monitoring.drift_window, monitoring.alert, monitoring.retraining_request to millrace_monitoring;
