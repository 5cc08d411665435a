package io.millrace.common.idempotency;

import io.millrace.common.error.StoreFailure;
import io.millrace.common.event.Schema;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

@ApplicationScoped
class IdempotencyStore {

    record Stored(String requestHash, String response) {}

    /** The unique key makes a second writer wait for the first one's transaction, and then find its answer. */
    private static final String RESERVE = """
            insert into {schema}.idempotency_key (key, operation, request_hash)
            values (?, ?, ?)
            on conflict on constraint idempotency_key_pk do nothing
            """;

    private static final String FIND = """
            select request_hash, response::text as response
              from {schema}.idempotency_key
             where operation = ? and key = ?
            """;

    private static final String COMPLETE = """
            update {schema}.idempotency_key
               set response = ?::jsonb
             where operation = ? and key = ?
            """;

    private static final String PURGE = """
            delete from {schema}.idempotency_key
             where created_at < now() - make_interval(days => ?)
            """;

    private final DataSource dataSource;
    private final Schema schema;

    IdempotencyStore(DataSource dataSource, Schema schema) {
        this.dataSource = dataSource;
        this.schema = schema;
    }

    boolean reserve(String operation, String key, String requestHash) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(RESERVE))) {
            statement.setString(1, key);
            statement.setString(2, operation);
            statement.setString(3, requestHash);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("reserve idempotency key", e);
        }
    }

    Optional<Stored> find(String operation, String key) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(FIND))) {
            statement.setString(1, operation);
            statement.setString(2, key);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Stored(row.getString("request_hash"), row.getString("response")))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("find idempotency key", e);
        }
    }

    void complete(String operation, String key, String response) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(COMPLETE))) {
            statement.setString(1, response);
            statement.setString(2, operation);
            statement.setString(3, key);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("store idempotent answer", e);
        }
    }

    int purge(int days) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(schema.in(PURGE))) {
            statement.setInt(1, days);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("purge idempotency keys", e);
        }
    }
}
