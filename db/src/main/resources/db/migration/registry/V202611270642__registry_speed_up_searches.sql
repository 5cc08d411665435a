-- Searches ask for equal parameters; values are up to 6,000 characters long, so the index holds their beginning, as the one
-- of tags does.
create index run_param_key_value_ix on registry.run_param (key, left(value, 200), run_id);

-- Searches ask for metrics above or below a value, and this index alone answers them.
create index metric_latest_key_value_ix on registry.metric_latest (key, value desc, run_id);
