alter table registry.stage_change add column reason text not null default '';
comment on column registry.stage_change.reason is 'Why; empty when the client gave none, as MLflow''s clients do.';
