create table registry.webhook (
    webhook_id  uuid        not null,
    name        text        not null,
    url         text        not null,
    description text        not null default '',
    events      text[]      not null,
    secret      bytea,
    status      text        not null,
    created_by  text        not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    constraint webhook_pk primary key (webhook_id),
    constraint webhook_name_ck check (length(name) between 1 and 63),
    constraint webhook_url_ck check (length(url) between 1 and 2000),
    constraint webhook_events_ck check (cardinality(events) > 0),
    constraint webhook_status_ck check (status in ('ACTIVE', 'DISABLED'))
);
create index webhook_created_at_ix on registry.webhook (created_at desc, webhook_id);
comment on table registry.webhook is 'Addresses that are told about events. The secret is encrypted with the key of the installation.';

create table registry.webhook_delivery (
    delivery_id     uuid        not null,
    webhook_id      uuid        not null,
    event_id        uuid        not null,
    event           text        not null,
    redelivery_of   uuid,
    body            text        not null,
    status          text        not null default 'PENDING',
    attempts        integer     not null default 0,
    next_attempt_at timestamptz not null,
    claimed_until   timestamptz,
    response_status integer,
    response_body   text,
    error           text,
    duration_ms     bigint,
    created_at      timestamptz not null default now(),
    finished_at     timestamptz,
    constraint webhook_delivery_pk primary key (delivery_id),
    constraint webhook_delivery_webhook_fk foreign key (webhook_id) references registry.webhook (webhook_id) on delete cascade,
    constraint webhook_delivery_status_ck check (status in ('PENDING', 'DELIVERED', 'FAILED')),
    constraint webhook_delivery_finished_ck check ((status = 'PENDING') = (finished_at is null))
);
create unique index webhook_delivery_webhook_id_event_id_event_uq on registry.webhook_delivery (webhook_id, event_id, event)
    where redelivery_of is null;
create index webhook_delivery_due_ix on registry.webhook_delivery (next_attempt_at) where status = 'PENDING';
create index webhook_delivery_webhook_id_created_at_ix on registry.webhook_delivery (webhook_id, created_at desc, delivery_id desc);
create index webhook_delivery_created_at_ix on registry.webhook_delivery (created_at);
comment on table registry.webhook_delivery is 'What is to be told or was told to which webhook, and how the last attempt went.';

grant select, insert, update, delete on registry.webhook, registry.webhook_delivery to millrace_registry;

-- What is told to webhooks beside the events that the service appends itself. Whatever writes these tables, the event is there.
create function registry.append_model_event() returns trigger language plpgsql as $$
begin
    insert into registry.event (type, subject, data, caused_by)
    values ('registry.model.created', new.name, jsonb_build_object('model', new.name), 'model:' || new.name);
    return null;
end
$$;
create trigger model_event after insert on registry.model
    for each row execute function registry.append_model_event();

-- Tags that come with a new model or version are part of its creation.
create function registry.append_model_tag_event() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if exists (select 1 from registry.model where name = old.model) then
            insert into registry.event (type, subject, data, caused_by)
            values ('registry.model.tag.deleted', old.model, jsonb_build_object('model', old.model, 'key', old.key),
                    'model:' || old.model);
        end if;
    elsif not exists (select 1
                        from registry.event
                       where txid = pg_current_xact_id() and type = 'registry.model.created' and subject = new.model) then
        insert into registry.event (type, subject, data, caused_by)
        values ('registry.model.tag.set', new.model,
                jsonb_build_object('model', new.model, 'key', new.key, 'value', new.value), 'model:' || new.model);
    end if;
    return null;
end
$$;
create trigger model_tag_event after insert or delete or update of value on registry.model_tag
    for each row execute function registry.append_model_tag_event();

create function registry.append_version_tag_event() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        if exists (select 1 from registry.model_version where model = old.model and version = old.version) then
            insert into registry.event (type, subject, data, caused_by)
            values ('registry.version.tag.deleted', old.model,
                    jsonb_build_object('model', old.model, 'version', old.version, 'key', old.key),
                    'version:' || old.model || '/' || old.version);
        end if;
    elsif not exists (select 1
                        from registry.event
                       where txid = pg_current_xact_id() and type = 'registry.version.created' and subject = new.model
                         and data ->> 'version' = new.version::text) then
        insert into registry.event (type, subject, data, caused_by)
        values ('registry.version.tag.set', new.model,
                jsonb_build_object('model', new.model, 'version', new.version, 'key', new.key, 'value', new.value),
                'version:' || new.model || '/' || new.version);
    end if;
    return null;
end
$$;
create trigger version_tag_event after insert or delete or update of value on registry.version_tag
    for each row execute function registry.append_version_tag_event();
