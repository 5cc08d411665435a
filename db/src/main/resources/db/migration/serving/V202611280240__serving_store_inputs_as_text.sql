-- To make jsonb of the inputs was a third of what storing a prediction cost, and made the rows twice as long. Now whoever reads them
-- through the view pays for it, as often as they are read; the view stays as it was agreed.
-- What a prediction was caused by is the request whose id it holds, so that column said nothing more.
drop view serving.prediction_v1;
alter table serving.prediction
    alter column inputs type json using inputs::json,
    drop column caused_by;
comment on column serving.prediction.inputs is 'The row as it was sent, without redacted columns.';
create view serving.prediction_v1 as
select id, endpoint, arm, role, model, version, event_at, received_at, stored_at, request_id, inputs::jsonb as inputs, score, label,
       decision, latency_us, parts, agrees, distance
  from serving.prediction;
grant select on serving.prediction_v1
    to millrace_registry, millrace_pipeline, millrace_serving, millrace_monitoring;
