-- The order in which values were logged is what MLflow's own clients read a history in.
alter table registry.metric add column id bigint generated always as identity;
comment on column registry.metric.id is 'Order of logging.';

create index experiment_created_at_ix on registry.experiment (created_at desc, experiment_id);

create table registry.logged_model (
    model_id        text        not null,
    experiment_id   bigint      not null,
    name            text        not null,
    model_type      text        not null default '',
    source_run_id   text,
    status          text        not null default 'PENDING',
    lifecycle_stage text        not null default 'active',
    created_by      text        not null,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    constraint logged_model_pk primary key (model_id),
    constraint logged_model_model_id_ck check (model_id ~ '^m-[0-9a-f]{32}$'),
    constraint logged_model_name_ck check (length(name) between 1 and 500),
    constraint logged_model_status_ck check (status in ('PENDING', 'READY', 'UPLOAD_FAILED')),
    constraint logged_model_lifecycle_stage_ck check (lifecycle_stage in ('active', 'deleted')),
    constraint logged_model_experiment_fk foreign key (experiment_id) references registry.experiment (experiment_id),
    constraint logged_model_run_fk foreign key (source_run_id) references registry.run (run_id) on delete set null
);
create index logged_model_experiment_id_created_at_ix on registry.logged_model (experiment_id, created_at desc, model_id);
create index logged_model_source_run_id_ix on registry.logged_model (source_run_id);
comment on table registry.logged_model is 'A model that was logged, with or without a run, before it is registered under a name.';

create table registry.logged_model_tag (
    model_id text not null,
    key      text not null,
    value    text not null,
    constraint logged_model_tag_pk primary key (model_id, key),
    constraint logged_model_tag_model_fk foreign key (model_id) references registry.logged_model (model_id) on delete cascade
);
comment on table registry.logged_model_tag is 'Labels of a logged model.';

create table registry.logged_model_param (
    model_id text not null,
    key      text not null,
    value    text not null,
    constraint logged_model_param_pk primary key (model_id, key),
    constraint logged_model_param_model_fk foreign key (model_id) references registry.logged_model (model_id) on delete cascade
);
comment on table registry.logged_model_param is 'Parameters of a logged model; written once.';

create table registry.logged_model_metric (
    model_id       text             not null,
    key            text             not null,
    run_id         text             not null,
    step           bigint           not null,
    recorded_ms    bigint           not null,
    value          double precision not null,
    dataset_name   text             not null default '',
    dataset_digest text             not null default '',
    constraint logged_model_metric_pk primary key (model_id, key, run_id, step, recorded_ms, value, dataset_name, dataset_digest),
    constraint logged_model_metric_model_fk foreign key (model_id) references registry.logged_model (model_id) on delete cascade,
    constraint logged_model_metric_run_fk foreign key (run_id) references registry.run (run_id) on delete cascade
);
comment on table registry.logged_model_metric is 'Metrics of runs that were measured on a logged model, and on which data set.';

create table registry.dataset (
    dataset_id    bigint generated always as identity,
    experiment_id bigint not null,
    name          text   not null,
    digest        text   not null,
    source_type   text   not null,
    source        text   not null,
    schema        text,
    profile       text,
    constraint dataset_pk primary key (dataset_id),
    constraint dataset_experiment_id_name_digest_uq unique (experiment_id, name, digest),
    constraint dataset_experiment_fk foreign key (experiment_id) references registry.experiment (experiment_id)
);
comment on table registry.dataset is 'A data set that runs of an experiment read, known by name and digest.';

create table registry.run_dataset (
    run_id     text   not null,
    dataset_id bigint not null,
    tags       jsonb  not null default '{}',
    constraint run_dataset_pk primary key (run_id, dataset_id),
    constraint run_dataset_run_fk foreign key (run_id) references registry.run (run_id) on delete cascade,
    constraint run_dataset_dataset_fk foreign key (dataset_id) references registry.dataset (dataset_id)
);
create index run_dataset_dataset_id_ix on registry.run_dataset (dataset_id);
comment on table registry.run_dataset is 'Which run read which data set; the tag mlflow.data.context says for what.';

create table registry.run_model (
    run_id    text   not null,
    model_id  text   not null,
    direction text   not null,
    step      bigint not null default 0,
    constraint run_model_pk primary key (run_id, direction, model_id),
    constraint run_model_direction_ck check (direction in ('INPUT', 'OUTPUT')),
    constraint run_model_run_fk foreign key (run_id) references registry.run (run_id) on delete cascade,
    constraint run_model_model_fk foreign key (model_id) references registry.logged_model (model_id) on delete cascade
);
create index run_model_model_id_ix on registry.run_model (model_id);
comment on table registry.run_model is 'Which run read or made which logged model.';

-- A file belongs to a run or to a logged model.
alter table registry.artifact drop constraint artifact_pk;
alter table registry.artifact alter column run_id drop not null;
alter table registry.artifact
    add column model_id text,
    add column owner_id text not null generated always as (coalesce(run_id, model_id)) stored;
alter table registry.artifact
    add constraint artifact_pk primary key (owner_id, path),
    add constraint artifact_owner_ck check (num_nonnulls(run_id, model_id) = 1),
    add constraint artifact_model_fk foreign key (model_id) references registry.logged_model (model_id) on delete cascade;
create index artifact_sha256_ix on registry.artifact (sha256);

-- A deleted model gives its name free and keeps its rows, so that its history can still be read.
alter table registry.model
    add column deleted_name text,
    add column deleted_at timestamptz;
alter table registry.model
    add constraint model_deleted_ck check ((deleted_name is null) = (deleted_at is null));

-- Versions may come from elsewhere: MLflow clients name a source, with or without a run.
alter table registry.model_version alter column run_id drop not null;
alter table registry.model_version alter column path drop not null;
alter table registry.model_version
    add column given_run_id text not null default '',
    add column source text not null default '',
    add column run_link text not null default '',
    add column logged_model_id text,
    add column stage text not null default 'None',
    add column updated_at timestamptz not null default now();
update registry.model_version set updated_at = created_at, given_run_id = run_id;
comment on column registry.model_version.given_run_id is 'The run as the client named it; run_id is set when it is one of ours.';
alter table registry.model_version
    add constraint model_version_stage_ck check (stage in ('None', 'Staging', 'Production', 'Archived')),
    add constraint model_version_logged_model_fk foreign key (logged_model_id) references registry.logged_model (model_id);
create index model_version_model_stage_ix on registry.model_version (model, stage, version desc);
create index model_version_logged_model_id_ix on registry.model_version (logged_model_id);

create table registry.stage_change (
    id         uuid        not null default gen_random_uuid(),
    model      text        not null,
    version    integer     not null,
    from_stage text        not null,
    to_stage   text        not null,
    actor      text        not null,
    changed_at timestamptz not null,
    constraint stage_change_pk primary key (id),
    constraint stage_change_model_version_fk foreign key (model, version) references registry.model_version (model, version) on update cascade
);
create index stage_change_model_version_changed_at_ix on registry.stage_change (model, version, changed_at desc);
comment on table registry.stage_change is 'Append-only: who moved a version to another stage, and when.';

grant select, insert, update, delete on registry.logged_model, registry.logged_model_tag, registry.logged_model_param,
    registry.logged_model_metric, registry.dataset, registry.run_dataset, registry.run_model to millrace_registry;
grant select, insert on registry.stage_change to millrace_registry;
