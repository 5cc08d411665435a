package io.millrace.registry.card;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

@ApplicationScoped
class CardStore {

    private static final String LIST = """
            select revision, card::text, edited_by, edited_at
              from registry.card_revision
             where model = ? and version = ? and revision < ?
             order by revision desc
             limit ?
            """;

    private static final String ADD = """
            insert into registry.card_revision (model, version, revision, card, edited_by, edited_at)
            values (?, ?, ?, ?::jsonb, ?, ?)
            on conflict on constraint card_revision_pk do nothing
            """;

    private final DataSource dataSource;
    private final ObjectMapper json;

    CardStore(DataSource dataSource, ObjectMapper json) {
        this.dataSource = dataSource;
        this.json = json;
    }

    Optional<CardRevision> newest(String model, int version) {
        return list(model, version, Integer.MAX_VALUE, 1).stream().findFirst();
    }

    List<CardRevision> list(String model, int version, int before, int limit) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(LIST)) {
            statement.setString(1, model);
            statement.setInt(2, version);
            statement.setInt(3, before);
            statement.setInt(4, limit);
            List<CardRevision> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new CardRevision(
                            model,
                            version,
                            row.getInt(1),
                            json.readValue(row.getString(2), ModelCard.class),
                            Map.of(),
                            List.of(),
                            List.of(),
                            row.getString(3),
                            row.getObject(4, OffsetDateTime.class).toInstant()));
                }
            }
            return found;
        } catch (SQLException e) {
            throw StoreFailure.of("read model cards", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored model card cannot be read", e);
        }
    }

    /** Adds an edition; false if there is one of its number. */
    boolean add(CardRevision revision) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(ADD)) {
            Instant at = revision.editedAt();
            statement.setString(1, revision.model());
            statement.setInt(2, revision.version());
            statement.setInt(3, revision.revision());
            statement.setString(4, json.writeValueAsString(revision.card()));
            statement.setString(5, revision.editedBy());
            statement.setObject(6, at == null ? null : at.atOffset(ZoneOffset.UTC));
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw StoreFailure.of("keep model card", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a model card cannot be written", e);
        }
    }
}
