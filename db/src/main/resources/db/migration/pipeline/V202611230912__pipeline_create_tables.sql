create table pipeline.definition (
    name       text        not null,
    revision   integer     not null,
    yaml       text        not null,
    spec       jsonb       not null,
    spec_hash  text        not null,
    model      text        not null,
    active     boolean     not null default true,
    created_by text        not null,
    created_at timestamptz not null default now(),
    constraint definition_pk primary key (name, revision),
    constraint definition_name_ck check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    constraint definition_revision_ck check (revision >= 1)
);
comment on table pipeline.definition is 'A training pipeline as it was saved; each save that changes it is a new revision.';

create table pipeline.run (
    id                uuid        not null,
    pipeline          text        not null,
    revision          integer     not null,
    model             text        not null,
    state             text        not null default 'QUEUED',
    trigger           text        not null,
    trigger_key       text        not null,
    params            jsonb       not null default '{}',
    caused_by         text        not null,
    requested_by      text        not null,
    queued_at         timestamptz not null,
    started_at        timestamptz,
    finished_at       timestamptz,
    reason            text,
    registered_version integer,
    tracking_run_id   text,
    worker            text,
    fence             bigint      not null default 0,
    claimed_until     timestamptz,
    attempts          integer     not null default 0,
    constraint run_pk primary key (id),
    constraint run_definition_fk foreign key (pipeline, revision) references pipeline.definition (name, revision),
    constraint run_pipeline_trigger_key_uq unique (pipeline, trigger_key),
    constraint run_state_ck check (state in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'REJECTED', 'HELD', 'FAILED', 'CANCELLED')),
    constraint run_trigger_ck check (trigger in ('schedule', 'drift', 'manual', 'api')),
    constraint run_finished_at_ck check ((finished_at is not null) = (state in ('SUCCEEDED', 'REJECTED', 'HELD', 'FAILED', 'CANCELLED')))
);
create index run_claimable_ix on pipeline.run (queued_at) where state in ('QUEUED', 'RUNNING');
create index run_pipeline_queued_at_ix on pipeline.run (pipeline, queued_at desc, id);
comment on table pipeline.run is 'One run of a pipeline. Claimed with a lease; the fence makes a worker that lost its lease harmless.';

create table pipeline.step_run (
    run_id      uuid        not null,
    step        text        not null,
    position    integer     not null,
    state       text        not null default 'PENDING',
    attempts    integer     not null default 0,
    started_at  timestamptz,
    finished_at timestamptz,
    output      jsonb,
    reason      text,
    cache_key   text,
    cached      boolean     not null default false,
    constraint step_run_pk primary key (run_id, step),
    constraint step_run_run_fk foreign key (run_id) references pipeline.run (id) on delete cascade,
    constraint step_run_state_ck check (state in ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'SKIPPED'))
);
create index step_run_cache_key_ix on pipeline.step_run (cache_key) where state = 'SUCCEEDED';
comment on table pipeline.step_run is 'One step of a run with what it produced; a finished step is not done again.';

create table pipeline.artifact (
    sha256     text        not null,
    kind       text        not null,
    size_bytes bigint      not null,
    row_count  bigint,
    created_at timestamptz not null default now(),
    constraint artifact_pk primary key (sha256),
    constraint artifact_sha256_ck check (sha256 ~ '^[0-9a-f]{64}$'),
    constraint artifact_kind_ck check (kind in ('snapshot', 'split', 'features', 'model', 'evaluation'))
);
comment on table pipeline.artifact is 'Immutable files of runs, addressed by content.';

create table pipeline.gate_decision (
    run_id      uuid             not null,
    position    integer          not null,
    rule        text             not null,
    kind        text             not null,
    result      text             not null,
    severity    text             not null default 'required',
    metric      text,
    candidate   double precision,
    champion    double precision,
    difference  double precision,
    lower_bound double precision,
    upper_bound double precision,
    margin      double precision,
    threshold   double precision,
    sample_size bigint,
    needed_rows bigint,
    method      text,
    reason      text             not null,
    decided_at  timestamptz      not null,
    constraint gate_decision_pk primary key (run_id, position),
    constraint gate_decision_run_fk foreign key (run_id) references pipeline.run (id) on delete cascade,
    constraint gate_decision_result_ck check (result in ('pass', 'fail', 'inconclusive', 'skipped', 'error')),
    constraint gate_decision_severity_ck check (severity in ('required', 'warn'))
);
comment on table pipeline.gate_decision is 'Each rule of each gate, with the figures it was decided on.';

grant select, insert, update on pipeline.definition to millrace_pipeline;
grant select, insert, update, delete on pipeline.run, pipeline.step_run, pipeline.artifact, pipeline.gate_decision to millrace_pipeline;
