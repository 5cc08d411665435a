package io.millrace.registry.policy;

import io.millrace.common.error.StoreFailure;
import io.millrace.registry.access.Access;
import io.millrace.registry.access.Level;
import io.millrace.registry.search.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

@ApplicationScoped
class PolicyStore {

    private static final String FIND = """
            select signature_required, card_required, allowed_formats, protected_aliases, approvals, approver_role,
                   four_eyes, compatibility, expire_after_days, revision, updated_at, updated_by
              from registry.model_policy
             where model = ?
            """;

    private static final String EXISTS = "select 1 from registry.model where name = ? and deleted_at is null";

    private static final String PUT = """
            insert into registry.model_policy as p (signature_required, card_required, allowed_formats,
                   protected_aliases, approvals, approver_role, four_eyes, compatibility, expire_after_days, revision,
                   updated_at, updated_by, model)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict on constraint model_policy_pk do update
               set signature_required = excluded.signature_required, card_required = excluded.card_required,
                   allowed_formats = excluded.allowed_formats, protected_aliases = excluded.protected_aliases,
                   approvals = excluded.approvals, approver_role = excluded.approver_role,
                   four_eyes = excluded.four_eyes, compatibility = excluded.compatibility,
                   expire_after_days = excluded.expire_after_days, revision = excluded.revision,
                   updated_at = excluded.updated_at, updated_by = excluded.updated_by
             where p.revision = excluded.revision - 1
            """;

    private final DataSource dataSource;
    private final Access access;

    PolicyStore(DataSource dataSource, Access access) {
        this.dataSource = dataSource;
        this.access = access;
    }

    boolean modelExists(String model) {
        Condition seen = access.models("name", Level.READ);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(EXISTS + " and " + seen.sql())) {
            statement.setString(1, model);
            seen.bind(2, statement::setObject);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read model", e);
        }
    }

    Optional<Policy> find(String model) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(FIND)) {
            statement.setString(1, model);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(read(model, row)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw StoreFailure.of("read policy", e);
        }
    }

    private static Policy read(String model, ResultSet row) throws SQLException {
        return new Policy(
                model,
                row.getBoolean(1),
                row.getBoolean(2),
                List.of((String[]) row.getArray(3).getArray()),
                List.of((String[]) row.getArray(4).getArray()),
                row.getInt(5),
                row.getString(6),
                row.getBoolean(7),
                Compatibility.of(row.getString(8)),
                row.getInt(9),
                row.getInt(10),
                row.getObject(11, OffsetDateTime.class).toInstant(),
                row.getString(12));
    }

    /** Writes a policy; false if another one with its revision was written meanwhile. */
    boolean put(Policy policy) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(PUT)) {
            statement.setBoolean(1, policy.signatureRequired());
            statement.setBoolean(2, policy.cardRequired());
            statement.setArray(
                    3, connection.createArrayOf("text", policy.allowedFormats().toArray()));
            statement.setArray(
                    4,
                    connection.createArrayOf("text", policy.protectedAliases().toArray()));
            statement.setInt(5, policy.approvals());
            statement.setString(6, policy.approverRole());
            statement.setBoolean(7, policy.fourEyes());
            statement.setString(8, policy.compatibility().wire());
            statement.setInt(9, policy.expireAfterDays());
            statement.setInt(10, policy.revision());
            statement.setObject(
                    11, policy.updatedAt() == null ? null : policy.updatedAt().atOffset(ZoneOffset.UTC));
            statement.setString(12, policy.updatedBy());
            statement.setString(13, policy.model());
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("write policy", e);
        }
    }
}
