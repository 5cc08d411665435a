package io.millrace.common.auth;

import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

@ApplicationScoped
class TokenStore {

    private static final String VALID = """
            select name, hash, roles, groups, expires_at
              from registry.token_v1
             where expires_at is null or expires_at > now()
            """;

    private final DataSource dataSource;

    TokenStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Every valid token by its hash. */
    Map<String, KnownToken> valid() {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(VALID);
                ResultSet row = statement.executeQuery()) {
            Map<String, KnownToken> tokens = new HashMap<>();
            while (row.next()) {
                OffsetDateTime expires = row.getObject("expires_at", OffsetDateTime.class);
                List<String> roles = List.of((String[]) row.getArray("roles").getArray());
                tokens.put(
                        row.getString("hash"),
                        new KnownToken(
                                row.getString("name"),
                                Roles.expand(roles),
                                Set.of((String[]) row.getArray("groups").getArray()),
                                expires == null ? null : expires.toInstant()));
            }
            return tokens;
        } catch (SQLException e) {
            throw StoreFailure.of("read tokens", e);
        }
    }
}
