create table monitoring.event (
    id          bigint      generated always as identity,
    txid        xid8        not null default pg_current_xact_id(),
    event_id    uuid        not null default gen_random_uuid(),
    type        text        not null,
    subject     text        not null,
    data        jsonb       not null,
    caused_by   text        not null,
    occurred_at timestamptz not null default now(),
    constraint event_pk primary key (id),
    constraint event_event_id_uq unique (event_id),
    constraint event_type_ck check (length(type) between 1 and 200),
    constraint event_subject_ck check (length(subject) between 1 and 500)
);
create index event_txid_id_ix on monitoring.event (txid, id);
comment on table monitoring.event is 'Facts of this service, in the transaction that made them true. Readers follow (txid, id) below the snapshot''s xmin, so a late commit is never skipped.';

create function monitoring.notify_event() returns trigger language plpgsql as $$
begin
    perform pg_notify('millrace_event', 'monitoring');
    return null;
end
$$;
create trigger event_notify after insert on monitoring.event for each statement execute function monitoring.notify_event();

create table monitoring.event_cursor (
    consumer   text        not null,
    source     text        not null,
    txid       xid8        not null,
    id         bigint      not null,
    updated_at timestamptz not null default now(),
    constraint event_cursor_pk primary key (consumer, source)
);
comment on table monitoring.event_cursor is 'How far each consumer of this service has read; moved in the transaction of the effect.';

create table monitoring.outbox (
    id              bigint      generated always as identity,
    target          text        not null,
    method          text        not null,
    path            text        not null,
    idempotency_key text        not null,
    body            jsonb       not null,
    caused_by       text        not null,
    created_at      timestamptz not null default now(),
    next_attempt_at timestamptz not null default now(),
    claimed_until   timestamptz,
    attempts        integer     not null default 0,
    delivered_at    timestamptz,
    dead_at         timestamptz,
    last_error      text,
    response        jsonb,
    constraint outbox_pk primary key (id),
    constraint outbox_target_idempotency_key_uq unique (target, idempotency_key),
    constraint outbox_method_ck check (method in ('POST', 'PUT', 'DELETE'))
);
create index outbox_due_ix on monitoring.outbox (next_attempt_at) where delivered_at is null and dead_at is null;
comment on table monitoring.outbox is 'Commands to other services, written with their cause and sent at least once by a job.';

create table monitoring.idempotency_key (
    key          text        not null,
    operation    text        not null,
    request_hash text        not null,
    status       integer,
    response     jsonb,
    created_at   timestamptz not null default now(),
    constraint idempotency_key_pk primary key (operation, key),
    constraint idempotency_key_key_ck check (length(key) between 1 and 200)
);
create index idempotency_key_created_at_ix on monitoring.idempotency_key (created_at);
comment on table monitoring.idempotency_key is 'Answers of commands already carried out, stored in the transaction of the effect.';

grant select, insert on monitoring.event to millrace_monitoring;
grant select, insert, update, delete on monitoring.event_cursor, monitoring.outbox, monitoring.idempotency_key to millrace_monitoring;
