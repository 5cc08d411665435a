alter table monitoring.alert drop constraint alert_kind_ck;
alter table monitoring.alert add constraint alert_kind_ck
    check (kind in ('drift', 'quality', 'nulls', 'prediction_drift', 'integrity'));
