package io.millrace.monitoring.lineage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import io.millrace.monitoring.lineage.CauseResponse.Node;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

@ApplicationScoped
class LineageStore {

    /** A depth limit, because nothing but care keeps two rows from naming each other as cause. */
    static final int MAX_DEPTH = 50;

    private static final String CAUSES = """
            with recursive cause (id, kind, at, title, detail, caused_by, depth) as (
                select c.id, c.kind, c.at, c.title, c.detail, c.caused_by, 0
                  from contract.cause_v1 c
                 where c.id = ?
                union all
                select c.id, c.kind, c.at, c.title, c.detail, c.caused_by, e.depth + 1
                  from cause e
                  join contract.cause_v1 c on c.id = e.caused_by
                 where e.depth < ?
            )
            select id, kind, at, title, detail, caused_by from cause order by depth
            """;

    /** The newest promotion to a version, if there was one: a person asks about the version, the promotion explains it. */
    private static final String PROMOTION_OF = """
            select id
              from registry.alias_change_v1
             where model = ? and to_version = ?
             order by changed_at desc
             limit 1
            """;

    private final DataSource dataSource;
    private final ObjectMapper json;

    LineageStore(DataSource dataSource, ObjectMapper json) {
        this.dataSource = dataSource;
        this.json = json;
    }

    List<Node> causes(String id) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CAUSES)) {
            statement.setString(1, id);
            statement.setInt(2, MAX_DEPTH);
            List<Node> nodes = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    nodes.add(new Node(
                            row.getString("id"),
                            row.getString("kind"),
                            row.getObject("at", OffsetDateTime.class).toInstant(),
                            row.getString("title"),
                            json.readTree(row.getString("detail")),
                            row.getString("caused_by")));
                }
            }
            return nodes;
        } catch (SQLException e) {
            throw StoreFailure.of("read causes", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("detail of " + id + " is not JSON", e);
        }
    }

    /** The node id of the newest promotion to the version, or of the version itself. */
    String nodeOfVersion(String model, int version) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(PROMOTION_OF)) {
            statement.setString(1, model);
            statement.setInt(2, version);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? "promotion:" + row.getString("id") : "version:" + model + "/" + version;
            }
        } catch (SQLException e) {
            throw StoreFailure.of("find promotion", e);
        }
    }
}
