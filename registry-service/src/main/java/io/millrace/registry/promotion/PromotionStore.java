package io.millrace.registry.promotion;

import io.millrace.common.error.StoreFailure;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.Level;
import io.millrace.registry.search.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class PromotionStore {

    private static final String COLUMNS = """
            select id, model, version, alias, state, reason, caused_by, opened_by, opened_at, expires_at, closed_at
              from registry.promotion_request
            """;

    private static final String FIND = COLUMNS + " where model = ? and id = ? and %s";

    private static final String LIST = COLUMNS + """
             where model = ? and (? = '' or state = ?) and (opened_at, id::text) < (?, ?) and %s
             order by opened_at desc, id::text desc
             limit ?
            """;

    private static final String LOCK = "select 1 from registry.promotion_request where model = ? and id = ? for update";

    private static final String LOCK_EXPIRED = COLUMNS + """
             where state = 'open' and expires_at <= ?
             order by expires_at
             limit ?
               for update skip locked
            """;

    private static final String ADD = """
            insert into registry.promotion_request (id, model, version, alias, state, reason, caused_by, opened_by,
                   opened_at, expires_at)
            values (?, ?, ?, ?, 'open', ?, ?, ?, ?, ?)
            on conflict (model, alias, version) where state = 'open' do nothing
            """;

    private static final String CLOSE =
            "update registry.promotion_request set state = ?, closed_at = ? where id = ? and state = 'open'";

    private static final String SAY =
            "insert into registry.promotion_step (request, kind, actor, text, at) values (?, ?, ?, ?, ?)";

    private static final String STEPS = """
            select request, kind, actor, text, at from registry.promotion_step where request = any (?) order by request, id
            """;

    private final DataSource dataSource;
    private final Access access;

    PromotionStore(DataSource dataSource, Access access) {
        this.dataSource = dataSource;
        this.access = access;
    }

    Optional<Promotion> find(String model, UUID id) {
        Condition seen = access.models("model", Level.READ);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(FIND.formatted(seen.sql()))) {
            statement.setString(1, model);
            statement.setObject(2, id);
            seen.bind(3, statement::setObject);
            return withSteps(connection, read(statement)).stream().findFirst();
        } catch (SQLException e) {
            throw StoreFailure.of("read promotion", e);
        }
    }

    List<Promotion> list(String model, @Nullable PromotionState state, Instant before, String beforeId, int limit) {
        Condition seen = access.models("model", Level.READ);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LIST.formatted(seen.sql()))) {
            String wanted = state == null ? "" : state.wire();
            statement.setString(1, model);
            statement.setString(2, wanted);
            statement.setString(3, wanted);
            statement.setObject(4, utc(before));
            statement.setString(5, beforeId);
            statement.setInt(seen.bind(6, statement::setObject), limit);
            return withSteps(connection, read(statement));
        } catch (SQLException e) {
            throw StoreFailure.of("read promotions", e);
        }
    }

    /** Holds a promotion's row until the transaction ends. */
    void lock(String model, UUID id) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LOCK)) {
            statement.setString(1, model);
            statement.setObject(2, id);
            statement.execute();
        } catch (SQLException e) {
            throw StoreFailure.of("lock promotion", e);
        }
    }

    /** Open promotions that should be closed by now; nobody else holds them. */
    List<Promotion> lockExpired(Instant now, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LOCK_EXPIRED)) {
            statement.setObject(1, utc(now));
            statement.setInt(2, limit);
            return read(statement);
        } catch (SQLException e) {
            throw StoreFailure.of("read expired promotions", e);
        }
    }

    /** Adds an open promotion; false if the same one is open. */
    boolean add(Promotion promotion) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD)) {
            statement.setObject(1, promotion.id());
            statement.setString(2, promotion.model());
            statement.setInt(3, promotion.version());
            statement.setString(4, promotion.alias());
            statement.setString(5, promotion.reason());
            statement.setString(6, promotion.causedBy());
            statement.setString(7, promotion.openedBy());
            statement.setObject(8, utc(promotion.openedAt()));
            statement.setObject(9, utc(promotion.expiresAt()));
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("open promotion", e);
        }
    }

    void close(UUID id, PromotionState state, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CLOSE)) {
            statement.setString(1, state.wire());
            statement.setObject(2, utc(now));
            statement.setObject(3, id);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("close promotion", e);
        }
    }

    void say(UUID id, Promotion.Step step) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(SAY)) {
            statement.setObject(1, id);
            statement.setString(2, step.kind());
            statement.setString(3, step.actor());
            statement.setString(4, step.text());
            statement.setObject(5, utc(step.at()));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("write step of promotion", e);
        }
    }

    private static List<Promotion> read(PreparedStatement statement) throws SQLException {
        List<Promotion> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                OffsetDateTime closed = row.getObject("closed_at", OffsetDateTime.class);
                found.add(new Promotion(
                        row.getObject("id", UUID.class),
                        row.getString("model"),
                        row.getInt("version"),
                        row.getString("alias"),
                        PromotionState.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                        row.getString("reason"),
                        row.getString("caused_by"),
                        row.getString("opened_by"),
                        row.getObject("opened_at", OffsetDateTime.class).toInstant(),
                        row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                        closed == null ? null : closed.toInstant(),
                        List.of()));
            }
        }
        return found;
    }

    private static List<Promotion> withSteps(Connection connection, List<Promotion> found) throws SQLException {
        if (found.isEmpty()) {
            return found;
        }
        Map<UUID, List<Promotion.Step>> steps = new HashMap<>();
        try (var statement = connection.prepareStatement(STEPS)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "uuid", found.stream().map(Promotion::id).toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    steps.computeIfAbsent(row.getObject(1, UUID.class), id -> new ArrayList<>())
                            .add(new Promotion.Step(
                                    row.getString(2),
                                    row.getString(3),
                                    row.getString(4),
                                    row.getObject(5, OffsetDateTime.class).toInstant()));
                }
            }
        }
        return found.stream()
                .map(p -> p.withSteps(steps.getOrDefault(p.id(), List.of())))
                .toList();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
