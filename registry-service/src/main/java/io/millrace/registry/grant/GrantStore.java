package io.millrace.registry.grant;

import io.millrace.common.error.StoreFailure;
import io.millrace.registry.access.Level;
import io.millrace.registry.access.Protected;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

@ApplicationScoped
class GrantStore {

    private final DataSource dataSource;

    GrantStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    List<Grant> list(Protected kind, String id) {
        String sql = "select subject, level from " + kind.grants() + " where " + kind.key() + " = " + kind.parameter()
                + " order by subject";
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setString(1, id);
            List<Grant> grants = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    grants.add(new Grant(row.getString(1), Level.of(row.getString(2))));
                }
            }
            return grants;
        } catch (SQLException e) {
            throw StoreFailure.of("read grants", e);
        }
    }

    /** Puts grants in place of those before. */
    void replace(Protected kind, String id, List<Grant> grants, String by, Instant now) {
        String key = " where " + kind.key() + " = " + kind.parameter();
        try (var connection = dataSource.getConnection();
                var lock = connection.prepareStatement("select 1 from " + kind.things() + " where " + kind.id() + " = "
                        + kind.parameter() + " for update");
                var delete = connection.prepareStatement("delete from " + kind.grants() + key);
                var add = connection.prepareStatement("insert into " + kind.grants() + " (" + kind.key()
                        + ", subject, level, granted_by, granted_at) values (" + kind.parameter() + ", ?, ?, ?, ?)")) {
            lock.setString(1, id);
            lock.execute();
            delete.setString(1, id);
            delete.executeUpdate();
            for (Grant grant : grants) {
                Level level = grant.level();
                add.setString(1, id);
                add.setString(2, grant.subject());
                add.setString(3, level == null ? null : level.wire());
                add.setString(4, by);
                add.setObject(5, now.atOffset(ZoneOffset.UTC));
                add.addBatch();
            }
            add.executeBatch();
        } catch (SQLException e) {
            throw StoreFailure.of("write grants", e);
        }
    }
}
