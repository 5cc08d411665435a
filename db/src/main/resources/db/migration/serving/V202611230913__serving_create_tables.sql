create table serving.endpoint (
    name        text        not null,
    revision    bigint      not null,
    salt        text        not null,
    sticky_key  text,
    threshold   double precision,
    positive_decision text,
    negative_decision text,
    log_sample  double precision not null default 1.0,
    caused_by   text        not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    deleted_at  timestamptz,
    constraint endpoint_pk primary key (name),
    constraint endpoint_name_ck check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    constraint endpoint_threshold_ck check (threshold between 0 and 1),
    constraint endpoint_log_sample_ck check (log_sample between 0 and 1)
);
comment on table serving.endpoint is 'A name that applications call, and how its requests are spread.';

create table serving.arm (
    endpoint text    not null,
    name     text    not null,
    position integer not null,
    role     text    not null,
    weight   integer not null,
    model    text    not null,
    alias    text,
    version  integer,
    constraint arm_pk primary key (endpoint, name),
    constraint arm_endpoint_fk foreign key (endpoint) references serving.endpoint (name) on delete cascade,
    constraint arm_name_ck check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    constraint arm_role_ck check (role in ('primary', 'shadow')),
    constraint arm_weight_ck check (weight between 0 and 10000),
    constraint arm_target_ck check ((alias is null) <> (version is null))
);
comment on table serving.arm is 'One model behind an endpoint, by alias or by version, with its share of the keys in parts of 10000.';

create table serving.prediction (
    id            uuid             not null,
    endpoint      text             not null,
    arm           text             not null,
    role          text             not null,
    model         text             not null,
    version       integer          not null,
    event_at      timestamptz      not null,
    received_at   timestamptz      not null,
    stored_at     timestamptz      not null default now(),
    request_id    text             not null,
    route_key     text,
    inputs        jsonb            not null,
    score         double precision,
    label         text,
    decision      text,
    latency_us    bigint           not null,
    caused_by     text             not null,
    constraint prediction_pk primary key (id, role, arm),
    constraint prediction_role_ck check (role in ('primary', 'shadow'))
);
create index prediction_endpoint_event_at_ix on serving.prediction (endpoint, event_at);
create index prediction_stored_at_ix on serving.prediction (stored_at);
comment on table serving.prediction is 'What was asked and what was answered. Written in batches after the answer; a shadow''s answer shares the id of the primary''s.';

create table serving.feedback (
    prediction_id uuid             not null,
    sequence      integer          not null default 1,
    truth         double precision,
    truth_label   text,
    observed_at   timestamptz      not null,
    received_at   timestamptz      not null default now(),
    source        text             not null,
    constraint feedback_pk primary key (prediction_id, sequence),
    constraint feedback_truth_ck check ((truth is null) <> (truth_label is null)),
    constraint feedback_sequence_ck check (sequence >= 1)
);
create index feedback_received_at_ix on serving.feedback (received_at);
comment on table serving.feedback is 'What really happened, by prediction id. A correction is a further row, so earlier values are kept.';

create table serving.loaded_model (
    instance  text        not null,
    model     text        not null,
    version   integer     not null,
    state     text        not null,
    detail    text        not null default '',
    loaded_at timestamptz not null,
    constraint loaded_model_pk primary key (instance, model, version),
    constraint loaded_model_state_ck check (state in ('LOADING', 'READY', 'FAILED'))
);
comment on table serving.loaded_model is 'Which replica holds which version, for people; no request depends on it.';

grant select, insert, update on serving.endpoint to millrace_serving;
grant select, insert, update, delete on serving.arm, serving.prediction, serving.loaded_model to millrace_serving;
grant select, insert on serving.feedback to millrace_serving;
