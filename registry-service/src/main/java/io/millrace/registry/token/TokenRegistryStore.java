package io.millrace.registry.token;

import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

@ApplicationScoped
class TokenRegistryStore {

    private static final String ADD =
            "insert into registry.token (id, name, hash, roles, groups, created_at, expires_at) values (?, ?, ?, ?, ?, ?, ?)";

    private static final String LIST = """
            select id, name, roles, groups, created_at, expires_at, revoked_at
              from registry.token
             order by created_at desc, id
             limit 1000
            """;

    private static final String REVOKE = "update registry.token set revoked_at = ? where id = ? and revoked_at is null";

    private final DataSource dataSource;

    TokenRegistryStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void add(Token token, String hash) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD)) {
            Instant expires = token.expiresAt();
            statement.setObject(1, token.id());
            statement.setString(2, token.name());
            statement.setString(3, hash);
            statement.setArray(4, connection.createArrayOf("text", token.roles().toArray()));
            statement.setArray(
                    5, connection.createArrayOf("text", token.groups().toArray()));
            statement.setObject(6, token.createdAt().atOffset(ZoneOffset.UTC));
            statement.setObject(7, expires == null ? null : expires.atOffset(ZoneOffset.UTC));
            statement.executeUpdate();
        } catch (SQLException e) {
            throw StoreFailure.of("add token", e);
        }
    }

    List<Token> list() {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LIST);
                ResultSet row = statement.executeQuery()) {
            List<Token> tokens = new ArrayList<>();
            while (row.next()) {
                tokens.add(new Token(
                        row.getObject("id", UUID.class),
                        row.getString("name"),
                        List.of((String[]) row.getArray("roles").getArray()),
                        List.of((String[]) row.getArray("groups").getArray()),
                        row.getObject("created_at", OffsetDateTime.class).toInstant(),
                        instant(row.getObject("expires_at", OffsetDateTime.class)),
                        instant(row.getObject("revoked_at", OffsetDateTime.class))));
            }
            return tokens;
        } catch (SQLException e) {
            throw StoreFailure.of("list tokens", e);
        }
    }

    boolean revoke(UUID id, Instant now) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(REVOKE)) {
            statement.setObject(1, now.atOffset(ZoneOffset.UTC));
            statement.setObject(2, id);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("revoke token", e);
        }
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
