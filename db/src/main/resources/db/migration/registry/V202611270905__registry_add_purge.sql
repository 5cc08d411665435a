-- What is deleted softly can be restored until it is purged.
alter table registry.run add column deleted_at timestamptz;
update registry.run set deleted_at = now() where lifecycle_stage = 'deleted';
comment on column registry.run.deleted_at is 'When it was deleted softly, by itself or with its experiment.';
create index run_deleted_at_ix on registry.run (deleted_at) where lifecycle_stage = 'deleted';

alter table registry.model_version add column purged_at timestamptz;
comment on column registry.model_version.purged_at is 'When the files of a deleted version were let go; the row stays, so that its number is never used again.';
create index model_version_deleted_ix on registry.model_version (updated_at) where status = 'DELETED' and purged_at is null;
grant delete on registry.version_file to millrace_registry;

-- A run that goes takes these along.
create index logged_model_metric_run_id_ix on registry.logged_model_metric (run_id);
create index artifact_run_id_ix on registry.artifact (run_id) where run_id is not null;
create index artifact_model_id_ix on registry.artifact (model_id) where model_id is not null;
