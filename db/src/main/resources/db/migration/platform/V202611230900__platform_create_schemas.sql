-- One login role and one schema per service. Passwords are set by the migrate main, never here.
-- Roles belong to the cluster, not to the database, so another database may have made them already.
do $$
declare
    service text;
begin
    foreach service in array array['registry', 'pipeline', 'serving', 'monitoring'] loop
        if not exists (select 1 from pg_roles where rolname = 'millrace_' || service) then
            begin
                execute format('create role %I login', 'millrace_' || service);
            exception when duplicate_object or unique_violation then
                null;
            end;
        end if;
    end loop;
    foreach service in array array['registry', 'pipeline', 'serving', 'monitoring'] loop
        execute format('create schema %I', service);
        execute format('grant usage on schema %I to millrace_registry, millrace_pipeline, millrace_serving, millrace_monitoring', service);
        execute format('alter role %I in database %I set search_path = %I', 'millrace_' || service, current_database(), service);
    end loop;
end
$$;

create schema contract;
grant usage on schema contract to millrace_registry, millrace_pipeline, millrace_serving, millrace_monitoring;

revoke create on schema public from public;
