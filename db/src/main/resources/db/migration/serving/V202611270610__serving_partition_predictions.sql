-- Ids of predictions are UUIDs of version 7: they begin with the time the request came. So a day is a range of ids, the
-- primary key needs no further column, and a look-up by id reads one partition.
alter table serving.prediction rename to prediction_before;
alter table serving.prediction_before rename constraint prediction_pk to prediction_before_pk;
alter index serving.prediction_endpoint_event_at_ix rename to prediction_before_endpoint_event_at_ix;
alter index serving.prediction_stored_at_ix rename to prediction_before_stored_at_ix;

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
) partition by range (id);
create index prediction_endpoint_event_at_ix on serving.prediction (endpoint, event_at);
create index prediction_stored_at_ix on serving.prediction (stored_at);
create index prediction_endpoint_route_key_ix on serving.prediction (endpoint, route_key, event_at)
    where route_key is not null;
comment on table serving.prediction is 'What was asked and what was answered, a partition for each day by UTC. Written in batches after the answer; a shadow''s answer shares the id of the primary''s.';

create table serving.prediction_other partition of serving.prediction default;
alter table serving.prediction_other rename constraint prediction_other_pkey to prediction_other_pk;
comment on table serving.prediction_other is 'Predictions whose day has no partition of its own.';
grant select, insert, update, delete on serving.prediction, serving.prediction_other to millrace_serving;

create function serving.prediction_id_from(day date) returns uuid language sql immutable strict as $$
    select (substr(hex, 1, 8) || '-' || substr(hex, 9, 4) || '-0000-0000-000000000000')::uuid
      from lpad(to_hex((extract(epoch from day::timestamp) * 1000)::bigint), 12, '0') as hex
$$;
comment on function serving.prediction_id_from is 'The lowest id a prediction of the day can have.';

create function serving.add_prediction_partition(day date) returns boolean
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    name text := 'prediction_' || to_char(day, 'YYYYMMDD');
    lowest uuid := serving.prediction_id_from(day);
    beyond uuid := serving.prediction_id_from(day + 1);
begin
    perform pg_advisory_xact_lock(hashtext('serving.prediction.partition'));
    if to_regclass('serving.' || name) is not null then
        return false;
    end if;
    execute format('create table serving.%I (like serving.prediction including defaults including constraints, '
                   'constraint %I primary key (id, role, arm))', name, name || '_pk');
    execute format('comment on table serving.%I is %L', name, 'Predictions of ' || day);
    execute format('grant select, insert, update, delete on serving.%I to millrace_serving', name);
    -- What came before its partition was there lies in the default one, which must not hold any of the range. All columns
    -- move, also those that later migrations add.
    execute format('with moved as (delete from serving.prediction_other where id >= %L and id < %L returning *) '
                   'insert into serving.%I select moved.* from moved', lowest, beyond, name);
    execute format('alter table serving.prediction attach partition serving.%I for values from (%L) to (%L)',
                   name, lowest, beyond);
    return true;
end
$$;
comment on function serving.add_prediction_partition is 'Makes the partition of a day; false when it is there.';

create function serving.drop_prediction_partitions(before date) returns integer
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    partition text;
    dropped integer := 0;
begin
    for partition in
        select c.relname
          from pg_inherits i
          join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'serving.prediction'::regclass
           and c.relname ~ '^prediction_[0-9]{8}$'
           and c.relname < 'prediction_' || to_char(before, 'YYYYMMDD')
         order by c.relname
    loop
        execute format('drop table serving.%I', partition);
        dropped := dropped + 1;
    end loop;
    return dropped;
end
$$;
comment on function serving.drop_prediction_partitions is 'Drops the partitions of all days before one; how many there were.';

revoke execute on function serving.add_prediction_partition, serving.drop_prediction_partitions from public;
grant execute on function serving.prediction_id_from, serving.add_prediction_partition, serving.drop_prediction_partitions
    to millrace_serving;

do $$
declare
    day date;
begin
    for day in select distinct (received_at at time zone 'UTC')::date from serving.prediction_before loop
        perform serving.add_prediction_partition(day);
    end loop;
end
$$;
insert into serving.prediction (id, endpoint, arm, role, model, version, event_at, received_at, stored_at, request_id,
                                route_key, inputs, score, label, decision, latency_us, caused_by)
select id, endpoint, arm, role, model, version, event_at, received_at, stored_at, request_id, route_key, inputs, score,
       label, decision, latency_us, caused_by
  from serving.prediction_before;
create or replace view serving.prediction_v1 as
select id, endpoint, arm, role, model, version, event_at, received_at, stored_at, request_id, inputs, score, label,
       decision, latency_us
  from serving.prediction;
drop table serving.prediction_before;

alter table serving.endpoint add column redact text[] not null default '{}';
comment on column serving.endpoint.redact is 'Input columns whose values are neither logged nor shown in errors.';

create table serving.prediction_minute (
    endpoint         text             not null,
    arm              text             not null,
    role             text             not null,
    model            text             not null,
    version          integer          not null,
    minute           timestamptz      not null,
    part             uuid             not null,
    row_count        bigint           not null,
    logged_count     bigint           not null,
    score_count      bigint           not null,
    score_sum        double precision not null,
    score_square_sum double precision not null,
    score_min        double precision,
    score_max        double precision,
    latency_us_sum   bigint           not null,
    latency_buckets  bigint[]         not null,
    labels           jsonb            not null,
    decisions        jsonb            not null,
    columns          jsonb            not null,
    constraint prediction_minute_pk primary key (endpoint, arm, role, model, version, minute, part),
    constraint prediction_minute_role_ck check (role in ('primary', 'shadow'))
);
create index prediction_minute_minute_ix on serving.prediction_minute (minute);
comment on table serving.prediction_minute is 'Every predicted row counted, whether logged or not, by minute of receipt. Parts of a minute (of replicas, of restarts) are added up.';
comment on column serving.prediction_minute.latency_buckets is 'Rows by the number of binary digits of their latency in microseconds: element n counts latencies below 2^(n-1), the last also all above.';
grant select, insert, delete on serving.prediction_minute to millrace_serving;

create view serving.prediction_minute_v1 as
select endpoint, arm, role, model, version, minute, part, row_count, logged_count, score_count, score_sum,
       score_square_sum, score_min, score_max, latency_us_sum, latency_buckets, labels, decisions, columns
  from serving.prediction_minute;
grant select on serving.prediction_minute_v1 to millrace_registry, millrace_pipeline, millrace_serving,
    millrace_monitoring;
