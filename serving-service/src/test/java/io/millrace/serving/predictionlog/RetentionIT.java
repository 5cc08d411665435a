package io.millrace.serving.predictionlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RetentionIT extends Serving {

    @Inject
    PartitionStore store;

    @Inject
    PredictionLogConfig config;

    private String partitions(String like) {
        return postgres.single("select string_agg(relname, ',' order by relname) from pg_class"
                + " where relkind = 'r' and relname like '" + like + "'");
    }

    private void row(String day, String endpoint) {
        postgres.execute("""
                insert into serving.prediction (id, endpoint, arm, role, model, version, event_at, received_at, request_id,
                                                inputs, latency_us)
                select (substr(serving.prediction_id_from('%1$s')::text, 1, 24) || '000000000001')::uuid, '%2$s', 'a',
                       'primary', 'm', 1, '%1$s', '%1$s', 'r', '{}', 1""".formatted(day, endpoint));
    }

    private static RetentionService at(String instant, PartitionStore store, PredictionLogConfig config) {
        return new RetentionService(store, config, Clock.fixed(Instant.parse(instant), ZoneOffset.UTC));
    }

    @Test
    void makesDaysAheadAndDropsThoseThatAreTooOldWithTheirRows() {
        row("2001-01-01", "old");
        at("2001-01-01T23:59:59Z", store, config).maintain();
        assertThat(partitions("prediction_2001010_"))
                .isEqualTo("prediction_20010101,prediction_20010102,prediction_20010103,prediction_20010104");
        assertThat(postgres.single("select tableoid::regclass from serving.prediction where endpoint = 'old'"))
                .as("the row that came before its partition")
                .isEqualTo("serving.prediction_20010101");
        row("2001-01-03", "newer");

        at("2001-04-02T00:00:00Z", store, config).maintain();

        assertThat(config.keepDays()).isEqualTo(90);
        assertThat(partitions("prediction_200101%"))
                .isEqualTo("prediction_20010102,prediction_20010103,prediction_20010104");
        assertThat(logged("endpoint = 'old'")).isZero();
        assertThat(logged("endpoint = 'newer'")).isEqualTo(1);
        at("2001-04-02T00:00:00Z", store, config).maintain();
        assertThat(logged("endpoint = 'newer'")).isEqualTo(1);
    }

    @Test
    void putsAPredictionIntoTheDayItCame() throws Exception {
        serve("by-day", Models.FIRST);
        LocalDate before = LocalDate.now(ZoneOffset.UTC);
        await(() -> postgres.single("select to_regclass('serving.prediction_"
                        + before.toString().replace("-", "") + "')")
                != null);

        predict("by-day").then().statusCode(200);

        await(() -> logged("endpoint = 'by-day'") == 1);
        assertThat(postgres.single(
                        "select tableoid::regclass = ('serving.prediction_' || to_char(received_at at time zone"
                                + " 'UTC', 'YYYYMMDD'))::regclass from serving.prediction where endpoint = 'by-day'"))
                .isEqualTo("t");
    }
}
