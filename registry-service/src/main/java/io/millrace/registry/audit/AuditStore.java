package io.millrace.registry.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.Level;
import io.millrace.registry.search.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class AuditStore {

    private static final String ADD = """
            insert into registry.audit_entry (at, actor, token, address, request_id, action, kind, subject, before, after)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb)
            """;

    private static final String LIST = """
            select id, at, actor, token, address, request_id, action, kind, subject, before::text, after::text
              from registry.audit_entry
             where id < ?
            """;

    private final DataSource dataSource;
    private final ObjectMapper json;
    private final Access access;

    AuditStore(DataSource dataSource, ObjectMapper json, Access access) {
        this.dataSource = dataSource;
        this.access = access;
        this.json = json;
    }

    void add(AuditEntry entry) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD)) {
            statement.setObject(1, utc(entry.at()));
            statement.setString(2, entry.actor());
            statement.setString(3, entry.token());
            statement.setString(4, entry.address());
            statement.setString(5, entry.requestId());
            statement.setString(6, entry.action());
            statement.setString(7, entry.kind());
            statement.setString(8, entry.subject());
            statement.setString(9, text(entry.before()));
            statement.setString(10, text(entry.after()));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("write audit entry", e);
        }
    }

    List<AuditEntry> list(AuditFilter filter, long before, int limit) {
        StringBuilder sql = new StringBuilder(LIST);
        List<@Nullable Object> arguments = new ArrayList<>();
        arguments.add(before);
        add(sql, arguments, " and kind = ?", filter.kind());
        add(sql, arguments, " and subject = ?", filter.subject());
        add(sql, arguments, " and actor = ?", filter.actor());
        add(sql, arguments, " and action = ?", filter.action());
        add(sql, arguments, " and at >= ?", utc(filter.from()));
        add(sql, arguments, " and at < ?", utc(filter.to()));
        for (Condition seen : seen()) {
            sql.append(" and ").append(seen.sql());
            arguments.addAll(seen.arguments());
        }
        sql.append(" order by id desc limit ?");
        arguments.add(limit);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql.toString())) {
            for (int i = 0; i < arguments.size(); i++) {
                statement.setObject(i + 1, arguments.get(i));
            }
            List<AuditEntry> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(read(row));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("read audit entries", e);
        }
    }

    /** Entries about what the caller may not see are none of theirs. */
    private List<Condition> seen() {
        Condition experiment =
                access.experiments("(case when kind = 'experiment' then subject::bigint end)", Level.READ);
        Condition run = access.experiments("r.experiment_id", Level.READ);
        Condition model = access.models("regexp_replace(subject, '/[0-9]{1,9}$', '')", Level.READ);
        return List.of(
                new Condition("(kind <> 'experiment' or " + experiment.sql() + ")", experiment.arguments()),
                new Condition(
                        "(kind <> 'run' or not exists (select 1 from registry.run r where r.run_id = subject and not "
                                + "(" + run.sql() + ")))",
                        run.arguments()),
                new Condition("(kind not in ('model', 'version') or " + model.sql() + ")", model.arguments()));
    }

    private static void add(
            StringBuilder sql, List<@Nullable Object> arguments, String condition, @Nullable Object value) {
        if (value != null) {
            sql.append(condition);
            arguments.add(value);
        }
    }

    private AuditEntry read(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getLong(1),
                row.getObject(2, OffsetDateTime.class).toInstant(),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                tree(row.getString(10)),
                tree(row.getString(11)));
    }

    private @Nullable JsonNode tree(@Nullable String text) {
        try {
            return text == null ? null : json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("jsonb is not JSON", e);
        }
    }

    /** NUL is the one character that jsonb cannot hold. */
    private static @Nullable String text(@Nullable JsonNode value) {
        return value == null ? null : value.toString().replace("\\u0000", "\\ufffd");
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
