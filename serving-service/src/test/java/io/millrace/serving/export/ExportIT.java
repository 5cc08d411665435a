package io.millrace.serving.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.common.testing.TestTokens;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
class ExportIT extends Serving {

    @Inject
    ExportConfig config;

    @TempDir
    Path folder;

    private static Response export(String endpoint, String from, String to) {
        return as(TestTokens.VIEWER)
                .queryParam("from", from)
                .queryParam("to", to)
                .get("/api/v1/endpoints/" + endpoint + "/predictions.parquet");
    }

    private static final class Reading extends ParquetReader.Builder<Group> {
        Reading(InputFile file) {
            super(file);
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new GroupReadSupport();
        }
    }

    private List<Group> rows(Response response) throws IOException {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
        Path file = folder.resolve("answer.parquet");
        Files.write(file, response.asByteArray());
        List<Group> rows = new ArrayList<>();
        try (ParquetReader<Group> reader = new Reading(new LocalInputFile(file)).build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                rows.add(row);
            }
        }
        return rows;
    }

    @Test
    void joinsPredictionsOfARangeWithTheNewestTruth() throws Exception {
        serve("exported", Models.FIRST);
        List<String> ids = new ArrayList<>();
        for (int day = 1; day <= 4; day++) {
            ids.add(predict(
                            "exported",
                            Map.of(
                                    "inputs",
                                    Models.row(),
                                    "key",
                                    "k" + day,
                                    "timestamp",
                                    "2013-05-0" + day + "T10:00:00Z"))
                    .path("predictions[0].predictionId"));
        }
        await(() -> logged("endpoint = 'exported'") == 4);
        for (String label : List.of("no", "yes")) {
            as(TestTokens.PREDICTOR)
                    .body(Map.of("items", List.of(Map.of("predictionId", ids.get(1), "label", label))))
                    .post("/api/v1/feedback")
                    .then()
                    .statusCode(200);
        }

        List<Group> rows = rows(export("exported", "2013-05-02T10:00:00Z", "2013-05-04T10:00:00Z"));

        assertThat(rows).hasSize(2);
        Group first = rows.get(0);
        assertThat(first.getString("id", 0)).isEqualTo(ids.get(1));
        assertThat(first.getString("route_key", 0)).isEqualTo("k2");
        assertThat(first.getLong("event_at", 0))
                .isEqualTo(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse("2013-05-02T10:00:00Z")));
        assertThat(first.getInteger("version", 0)).isEqualTo(1);
        assertThat(first.getDouble("score", 0))
                .isEqualTo(Double.parseDouble(
                        postgres.single("select score from serving.prediction where id = '" + ids.get(1) + "'")));
        assertThat(first.getString("truth_label", 0)).isEqualTo("yes");
        assertThat(first.getInteger("truth_sequence", 0)).isEqualTo(2);
        assertThat(first.getString("inputs", 0)).contains("\"amount\":42.5");
        assertThat(rows.get(1).getString("id", 0)).isEqualTo(ids.get(2));
        assertThat(rows.get(1).getFieldRepetitionCount("truth_label")).isZero();
        try (var left = Files.list(config.dataDir().resolve("export"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void takesMoreThanOnePageEachRowOnce() throws Exception {
        put("paged", Map.of("arms", List.of(arm("a", 100, "no-such-model", "champion"))));
        postgres.execute("""
                insert into serving.prediction (id, endpoint, arm, role, model, version, event_at, received_at, request_id,
                                                inputs, latency_us)
                select gen_random_uuid(), 'paged', 'a', 'primary', 'm', 1,
                       '2013-05-01'::timestamptz + (n / 100) * interval '1 second', now(), 'r', '{}', n
                  from generate_series(0, 10004) as n""");

        List<Group> rows = rows(export("paged", "2013-05-01T00:00:00Z", "2013-05-02T00:00:00Z"));

        assertThat(rows.stream().map(row -> row.getLong("latency_us", 0)).distinct())
                .hasSize(10_005);
        assertThat(rows).hasSize(10_005);
    }

    @Test
    void refusesWhatHasNoBoundAndWhoMayNotRead() {
        export("nowhere", "2013-05-01T00:00:00Z", "2013-05-02T00:00:00Z").then().statusCode(404);
        export("nowhere", "2013-05-01T00:00:00Z", "2013-06-02T00:00:00Z")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/to"));
        export("nowhere", "today", "2013-06-02T00:00:00Z")
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/from"));
        as(TestTokens.PREDICTOR)
                .queryParam("from", "2013-05-01T00:00:00Z")
                .queryParam("to", "2013-05-02T00:00:00Z")
                .get("/api/v1/endpoints/nowhere/predictions.parquet")
                .then()
                .statusCode(403);
    }
}
