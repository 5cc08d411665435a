package io.millrace.monitoring.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

@ApplicationScoped
class ConsoleStore {

    /** One statement, so that the page shows one moment. Every list is bounded. */
    private static final String OVERVIEW = """
            select jsonb_build_object(
                'endpoints', (
                    select coalesce(jsonb_agg(jsonb_build_object(
                               'name', e.name, 'revision', e.revision,
                               'requests', (select count(*) from serving.prediction_v1 p
                                             where p.endpoint = e.name and p.role = 'primary'
                                               and p.stored_at > now() - interval '1 day'),
                               'arms', (select coalesce(jsonb_agg(jsonb_build_object(
                                                   'name', a.name, 'role', a.role, 'weight', a.weight / 100.0,
                                                   'model', a.model, 'alias', a.alias,
                                                   'version', coalesce(a.version, l.version)) order by a.position), '[]')
                                          from serving.arm_v1 a
                                          left join registry.alias_v1 l on l.model = a.model and l.alias = a.alias
                                         where a.endpoint = e.name)) order by e.name), '[]')
                      from (select name, revision from serving.endpoint_v1 order by name limit 50) e),
                'versions', (
                    select coalesce(jsonb_agg(jsonb_build_object(
                               'model', v.model, 'version', v.version, 'format', v.format, 'metrics', v.metrics,
                               'createdAt', v.created_at,
                               'aliases', (select coalesce(jsonb_agg(l.alias order by l.alias), '[]')
                                             from registry.alias_v1 l
                                            where l.model = v.model and l.version = v.version))
                               order by v.created_at desc), '[]')
                      from (select model, version, format, metrics, created_at
                              from registry.model_version_v1 order by created_at desc limit 20) v),
                'runs', (
                    select coalesce(jsonb_agg(jsonb_build_object(
                               'id', r.id, 'pipeline', r.pipeline, 'state', r.state, 'trigger', r.trigger,
                               'queuedAt', r.queued_at, 'finishedAt', r.finished_at, 'reason', r.reason,
                               'registeredVersion', r.registered_version,
                               'gates', (select coalesce(jsonb_agg(jsonb_build_object('rule', g.rule, 'result', g.result,
                                                   'reason', g.reason) order by g.position), '[]')
                                           from pipeline.gate_decision_v1 g where g.run_id = r.id))
                               order by r.queued_at desc), '[]')
                      from (select id, pipeline, state, trigger, queued_at, finished_at, reason, registered_version
                              from pipeline.run_v1 order by queued_at desc limit 10) r),
                'windows', (
                    select coalesce(jsonb_agg(jsonb_build_object(
                               'id', w.id, 'endpoint', w.endpoint, 'model', w.model, 'version', w.version,
                               'startsAt', w.starts_at, 'endsAt', w.ends_at, 'rows', w.row_count, 'state', w.state,
                               'psi', (select coalesce(jsonb_object_agg(d.column_name, d.value), '{}')
                                         from monitoring.drift_result d
                                        where d.window_id = w.id and d.measure like 'psi[%'))
                               order by w.ends_at desc, w.version desc), '[]')
                      from (select id, endpoint, model, version, starts_at, ends_at, row_count, state
                              from monitoring.drift_window order by ends_at desc, version desc limit 20) w),
                'quality', (
                    select coalesce(jsonb_agg(jsonb_build_object(
                               'endpoint', q.endpoint, 'arm', q.arm, 'version', q.version, 'startsAt', q.starts_at,
                               'metric', q.metric, 'value', q.value, 'lowerBound', q.lower_bound,
                               'upperBound', q.upper_bound, 'labels', q.label_count)
                               order by q.starts_at desc, q.arm, q.version, q.metric), '[]')
                      from (select endpoint, arm, version, starts_at, metric, value, lower_bound, upper_bound, label_count
                              from monitoring.quality_result order by starts_at desc, arm, version, metric limit 60) q),
                'alerts', (
                    select coalesce(jsonb_agg(jsonb_build_object(
                               'id', a.id, 'endpoint', a.endpoint, 'kind', a.kind, 'severity', a.severity,
                               'state', a.state, 'summary', a.summary, 'openedAt', a.opened_at, 'closedAt', a.closed_at)
                               order by a.opened_at desc), '[]')
                      from (select id, endpoint, kind, severity, state, summary, opened_at, closed_at
                              from monitoring.alert order by opened_at desc limit 20) a),
                'promotions', (
                    select coalesce(jsonb_agg(jsonb_build_object(
                               'id', c.id, 'model', c.model, 'alias', c.alias, 'fromVersion', c.from_version,
                               'toVersion', c.to_version, 'reason', c.reason, 'changedAt', c.changed_at)
                               order by c.changed_at desc), '[]')
                      from (select id, model, alias, from_version, to_version, reason, changed_at
                              from registry.alias_change_v1 order by changed_at desc limit 20) c))
            """;

    private final DataSource dataSource;
    private final ObjectMapper json;

    ConsoleStore(DataSource dataSource, ObjectMapper json) {
        this.dataSource = dataSource;
        this.json = json;
    }

    JsonNode overview() {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(OVERVIEW);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return json.readTree(row.getString(1));
        } catch (SQLException e) {
            throw StoreFailure.of("read overview", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the overview is not JSON", e);
        }
    }
}
