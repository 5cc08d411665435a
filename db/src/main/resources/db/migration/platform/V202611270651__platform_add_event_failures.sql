-- What a consumer could not handle: tried again with growing pauses, then set aside until a person delivers it again.
create table registry.event_failure (
    consumer        text        not null,
    source          text        not null,
    event_id        uuid        not null,
    type            text        not null,
    subject         text        not null,
    attempts        integer     not null,
    last_error      text        not null,
    first_failed_at timestamptz not null,
    next_attempt_at timestamptz not null,
    dead_at         timestamptz,
    constraint event_failure_pk primary key (consumer, source, event_id)
);
create index event_failure_dead_at_ix on registry.event_failure (dead_at) where dead_at is not null;
comment on table registry.event_failure is 'Events that a consumer of this service could not handle; dead_at when they were set aside.';
grant select, insert, update, delete on registry.event_failure to millrace_registry;

create table pipeline.event_failure (
    consumer        text        not null,
    source          text        not null,
    event_id        uuid        not null,
    type            text        not null,
    subject         text        not null,
    attempts        integer     not null,
    last_error      text        not null,
    first_failed_at timestamptz not null,
    next_attempt_at timestamptz not null,
    dead_at         timestamptz,
    constraint event_failure_pk primary key (consumer, source, event_id)
);
create index event_failure_dead_at_ix on pipeline.event_failure (dead_at) where dead_at is not null;
comment on table pipeline.event_failure is 'Events that a consumer of this service could not handle; dead_at when they were set aside.';
grant select, insert, update, delete on pipeline.event_failure to millrace_pipeline;

create table serving.event_failure (
    consumer        text        not null,
    source          text        not null,
    event_id        uuid        not null,
    type            text        not null,
    subject         text        not null,
    attempts        integer     not null,
    last_error      text        not null,
    first_failed_at timestamptz not null,
    next_attempt_at timestamptz not null,
    dead_at         timestamptz,
    constraint event_failure_pk primary key (consumer, source, event_id)
);
create index event_failure_dead_at_ix on serving.event_failure (dead_at) where dead_at is not null;
comment on table serving.event_failure is 'Events that a consumer of this service could not handle; dead_at when they were set aside.';
grant select, insert, update, delete on serving.event_failure to millrace_serving;

create table monitoring.event_failure (
    consumer        text        not null,
    source          text        not null,
    event_id        uuid        not null,
    type            text        not null,
    subject         text        not null,
    attempts        integer     not null,
    last_error      text        not null,
    first_failed_at timestamptz not null,
    next_attempt_at timestamptz not null,
    dead_at         timestamptz,
    constraint event_failure_pk primary key (consumer, source, event_id)
);
create index event_failure_dead_at_ix on monitoring.event_failure (dead_at) where dead_at is not null;
comment on table monitoring.event_failure is 'Events that a consumer of this service could not handle; dead_at when they were set aside.';
grant select, insert, update, delete on monitoring.event_failure to millrace_monitoring;
