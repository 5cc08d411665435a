create table registry.audit_entry (
    id         bigint      not null generated always as identity,
    at         timestamptz not null,
    actor      text        not null,
    token      text        not null default '',
    address    text        not null default '',
    request_id text        not null default '',
    action     text        not null,
    kind       text        not null,
    subject    text        not null,
    before     jsonb,
    after      jsonb,
    constraint audit_entry_pk primary key (id)
);
create index audit_entry_kind_subject_ix on registry.audit_entry (kind, subject, id desc);
create index audit_entry_actor_ix on registry.audit_entry (actor, id desc);
comment on table registry.audit_entry is 'Append-only: every change, who made it from where, what was before and what after. Only insert and select are granted.';

create table registry.model_policy (
    model              text        not null,
    signature_required boolean     not null default false,
    card_required      boolean     not null default false,
    allowed_formats    text[]      not null default '{}',
    protected_aliases  text[]      not null default '{}',
    approvals          integer     not null default 1,
    approver_role      text        not null default 'approver',
    four_eyes          boolean     not null default true,
    compatibility      text        not null default 'none',
    expire_after_days  integer     not null default 14,
    revision           integer     not null,
    updated_at         timestamptz not null,
    updated_by         text        not null,
    constraint model_policy_pk primary key (model),
    constraint model_policy_model_fk foreign key (model) references registry.model (name) on update cascade,
    constraint model_policy_approvals_ck check (approvals between 0 and 10),
    constraint model_policy_approver_role_ck check (approver_role in ('engineer', 'approver', 'admin')),
    constraint model_policy_compatibility_ck check (compatibility in ('none', 'backward', 'forward', 'full')),
    constraint model_policy_expire_after_days_ck check (expire_after_days between 1 and 365)
);
comment on table registry.model_policy is 'What must be true of a model''s versions, and of moving its protected aliases.';

create table registry.promotion_request (
    id         uuid        not null,
    model      text        not null,
    version    integer     not null,
    alias      text        not null,
    state      text        not null,
    reason     text        not null,
    caused_by  text        not null,
    opened_by  text        not null,
    opened_at  timestamptz not null,
    expires_at timestamptz not null,
    closed_at  timestamptz,
    constraint promotion_request_pk primary key (id),
    constraint promotion_request_model_version_fk foreign key (model, version) references registry.model_version (model, version) on update cascade,
    constraint promotion_request_state_ck check (state in ('open', 'applied', 'rejected', 'withdrawn', 'expired')),
    constraint promotion_request_closed_at_ck check ((state = 'open') = (closed_at is null))
);
create unique index promotion_request_open_uq on registry.promotion_request (model, alias, version) where state = 'open';
create index promotion_request_model_opened_at_ix on registry.promotion_request (model, opened_at desc, id);
create index promotion_request_open_expires_at_ix on registry.promotion_request (expires_at) where state = 'open';
comment on table registry.promotion_request is 'The wish that a protected alias point to a version, until it is applied, rejected, withdrawn or expired.';

create table registry.promotion_step (
    id      bigint      not null generated always as identity,
    request uuid        not null,
    kind    text        not null,
    actor   text        not null,
    text    text        not null default '',
    at      timestamptz not null,
    constraint promotion_step_pk primary key (id),
    constraint promotion_step_request_fk foreign key (request) references registry.promotion_request (id),
    constraint promotion_step_kind_ck check (kind in ('opened', 'commented', 'approved', 'rejected', 'withdrawn', 'expired', 'applied'))
);
create index promotion_step_request_ix on registry.promotion_step (request, id);
create unique index promotion_step_approved_uq on registry.promotion_step (request, actor) where kind = 'approved';
comment on table registry.promotion_step is 'Append-only: what was said and decided about a promotion request.';

create table registry.card_revision (
    model      text        not null,
    version    integer     not null,
    revision   integer     not null,
    card       jsonb       not null,
    edited_by  text        not null,
    edited_at  timestamptz not null,
    constraint card_revision_pk primary key (model, version, revision),
    constraint card_revision_model_version_fk foreign key (model, version) references registry.model_version (model, version) on update cascade,
    constraint card_revision_revision_ck check (revision >= 1)
);
comment on table registry.card_revision is 'Append-only: every edition of a version''s model card.';

create table registry.version_manifest (
    model     text        not null,
    version   integer     not null,
    envelope  jsonb       not null,
    key_id    text        not null,
    signed_at timestamptz not null,
    constraint version_manifest_pk primary key (model, version),
    constraint version_manifest_model_version_fk foreign key (model, version) references registry.model_version (model, version) on update cascade
);
comment on table registry.version_manifest is 'The signed list of a version''s files: a DSSE envelope around an in-toto statement.';

create index stage_change_model_changed_at_ix on registry.stage_change (model, changed_at desc);
create index alias_change_model_changed_at_ix on registry.alias_change (model, changed_at desc);
create index model_version_parent_ix on registry.model_version ((provenance ->> 'parent')) where provenance ? 'parent';

grant select, insert on registry.audit_entry, registry.promotion_step, registry.card_revision to millrace_registry;
grant select, insert, update, delete on registry.model_policy to millrace_registry;
grant select, insert, update on registry.promotion_request, registry.version_manifest to millrace_registry;

-- Lineage is asked in both directions.
create index model_version_provenance_run_ix on registry.model_version ((provenance ->> 'run')) where provenance ? 'run';
create index model_version_provenance_data_ix on registry.model_version ((provenance ->> 'data')) where provenance ? 'data';
create index run_tag_key_value_ix on registry.run_tag (key, left(value, 200));
