-- When somebody last sent this content. What nobody refers to and nobody sent lately is garbage.
alter table registry.blob add column touched_at timestamptz not null default now();
update registry.blob set touched_at = created_at;
create index version_file_sha256_ix on registry.version_file (sha256);

create table registry.upload (
    upload_id  uuid        not null,
    owner_kind text        not null,
    owner_id   text        not null,
    path       text        not null,
    part_count integer     not null,
    state      text        not null default 'OPEN',
    created_by text        not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint upload_pk primary key (upload_id),
    constraint upload_owner_kind_ck check (owner_kind in ('RUN', 'LOGGED_MODEL')),
    constraint upload_path_ck check (length(path) between 1 and 1000),
    constraint upload_part_count_ck check (part_count between 1 and 10000),
    constraint upload_state_ck check (state in ('OPEN', 'COMPLETE'))
);
create index upload_expires_at_ix on registry.upload (expires_at);
comment on table registry.upload is 'A file that comes in parts. A complete one is kept for a while, so that completing it again is no error.';

create table registry.upload_part (
    upload_id   uuid    not null,
    part_number integer not null,
    sha256      text    not null,
    size_bytes  bigint  not null,
    constraint upload_part_pk primary key (upload_id, part_number),
    constraint upload_part_upload_fk foreign key (upload_id) references registry.upload (upload_id) on delete cascade,
    constraint upload_part_blob_fk foreign key (sha256) references registry.blob (sha256)
);
create index upload_part_sha256_ix on registry.upload_part (sha256);
comment on table registry.upload_part is 'The parts of an upload that have arrived; their content is stored like any other.';

grant select, insert, update, delete on registry.upload, registry.upload_part to millrace_registry;
