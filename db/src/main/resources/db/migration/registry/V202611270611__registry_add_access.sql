-- Who may see and change what. A thing without grants is open to everybody as their roles allow.
alter table registry.token add column groups text[] not null default '{}';
comment on column registry.token.groups is 'Groups that the owner belongs to, for grants.';

create or replace view registry.token_v1 as
select id, name, hash, roles, expires_at, groups
  from registry.token
 where revoked_at is null;

create table registry.experiment_grant (
    experiment_id bigint      not null,
    subject       text        not null,
    level         text        not null,
    granted_by    text        not null,
    granted_at    timestamptz not null,
    constraint experiment_grant_pk primary key (experiment_id, subject),
    constraint experiment_grant_subject_ck check (subject ~ '^(user|group):.{1,200}$'),
    constraint experiment_grant_level_ck check (level in ('read', 'edit', 'manage')),
    constraint experiment_grant_experiment_fk foreign key (experiment_id) references registry.experiment (experiment_id) on delete cascade
);
comment on table registry.experiment_grant is 'Who may see, change and manage an experiment and its runs; without a row everybody may.';

create table registry.model_grant (
    model      text        not null,
    subject    text        not null,
    level      text        not null,
    granted_by text        not null,
    granted_at timestamptz not null,
    constraint model_grant_pk primary key (model, subject),
    constraint model_grant_subject_ck check (subject ~ '^(user|group):.{1,200}$'),
    constraint model_grant_level_ck check (level in ('read', 'edit', 'manage')),
    constraint model_grant_model_fk foreign key (model) references registry.model (name) on update cascade on delete cascade
);
comment on table registry.model_grant is 'Who may see, change and manage a model and its versions; without a row everybody may.';

grant select, insert, update, delete on registry.experiment_grant, registry.model_grant to millrace_registry;
