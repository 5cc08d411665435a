alter table serving.endpoint add column routing jsonb not null default '{}';
comment on column serving.endpoint.routing is 'How requests are assigned and guarded beyond the weights, as the API takes it: rules, holdout, fallback, limits, cache, batches, ensembles.';

alter table serving.prediction
    add column parts text,
    add column agrees boolean,
    add column distance double precision;
comment on column serving.prediction.parts is 'Versions that answered together as an ensemble, such as fraud/3,fraud-trees/1; null when it was one.';
comment on column serving.prediction.agrees is 'Of a shadow''s answer: whether it decides and labels as the primary''s; null for a primary.';
comment on column serving.prediction.distance is 'Of a shadow''s answer: how far its score is from the primary''s.';
create or replace view serving.prediction_v1 as
select id, endpoint, arm, role, model, version, event_at, received_at, stored_at, request_id, inputs, score, label,
       decision, latency_us, parts, agrees, distance
  from serving.prediction;
