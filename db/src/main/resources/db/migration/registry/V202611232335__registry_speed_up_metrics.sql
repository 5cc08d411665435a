-- A foreign key looks at the run once for every point. The service looks once for every batch, in the same transaction, and
-- runs are only ever removed together with their points.
alter table registry.metric drop constraint metric_run_fk;
alter table registry.metric_latest drop constraint metric_latest_run_fk;

-- The last value changes with every batch: with room on the page the change stays there, and no index is touched.
alter table registry.metric_latest set (fillfactor = 50);
