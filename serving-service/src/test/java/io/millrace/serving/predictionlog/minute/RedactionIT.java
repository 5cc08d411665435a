package io.millrace.serving.predictionlog.minute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.millrace.common.testing.TestTokens;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RedactionIT extends Serving {

    @Inject
    MinuteProfiles profiles;

    @Inject
    MinuteStore minutes;

    @Inject
    Clock clock;

    private void champion(String name, Map<String, ?> more) throws Exception {
        register(name, 1, Models.FIRST);
        rows().alias(name, "champion", 1);
        Map<String, Object> body = new HashMap<>(more);
        body.put("arms", List.of(arm("champion", 100, name, "champion")));
        serve(name, body);
    }

    @Test
    void neitherStoresNorShowsRedactedColumns() throws Exception {
        champion("secretive", Map.of("stickyKey", "country", "redact", List.of("country", "amount")));
        as(TestTokens.VIEWER)
                .get("/api/v1/endpoints/secretive")
                .then()
                .body("redact", equalTo(List.of("amount", "country")));

        predict("secretive").then().statusCode(200);
        predict("secretive", Map.of("inputs", Models.row("amount", "four-digits-4711")))
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/inputs/amount"))
                .body("detail", not(containsString("4711")));
        predict("secretive", Map.of("inputs", Models.row("age", "old-4711")))
                .then()
                .statusCode(400)
                .body("detail", containsString("4711"));

        await(() -> logged("endpoint = 'secretive'") == 1);
        assertThat(postgres.single(
                        "select concat_ws('|', inputs::jsonb ? 'amount', inputs::jsonb ? 'country', inputs::jsonb ? 'age',"
                                + " route_key is null) from serving.prediction where endpoint = 'secretive'"))
                .isEqualTo("f|f|t|t");
    }

    @Test
    void countsEveryRowAlthoughFewAreStored() throws Exception {
        champion("sampled", Map.of("logSample", 0.1, "redact", List.of("country")));
        for (int i = 0; i < 5; i++) {
            predict("sampled", Map.of("instances", Collections.nCopies(100, Models.row("amount", i))))
                    .then()
                    .statusCode(200);
        }

        await(() -> {
            minutes.insert(profiles.close(clock.instant().plus(Duration.ofDays(1))));
            return "500"
                    .equals(postgres.single(
                            "select sum(row_count) from serving.prediction_minute_v1 where endpoint = 'sampled'"));
        });
        // 50 expected, standard deviation 6.7.
        await(() -> logged("endpoint = 'sampled'") > 10);
        assertThat(postgres.single("select concat_ws('|', sum(score_count), sum((columns->'amount'->>'count')::int),"
                        + " sum((columns->'amount'->>'sum')::float), min((columns->'amount'->>'min')::float),"
                        + " max((columns->'amount'->>'max')::float), sum((columns->'channel'->'words'->>'web')::int),"
                        + " bool_or(columns ? 'country'), sum((select sum(n) from unnest(latency_buckets) n)))"
                        + " from serving.prediction_minute_v1 where endpoint = 'sampled'"))
                .isEqualTo("500|500|1000|0|4|500|f|500");
        long stored = Long.parseLong(postgres.single(
                "select sum(logged_count) from serving.prediction_minute_v1 where endpoint = 'sampled'"));
        await(() -> logged("endpoint = 'sampled'") == stored);
        assertThat(stored).isBetween(10L, 100L);
    }

    @Test
    void refusesARedactionThatNamesNoColumn() {
        put("bad-redaction", Map.of("redact", List.of(""), "arms", List.of(arm("a", 100, "m", "champion"))))
                .then()
                .statusCode(400)
                .body("errors[0].pointer", equalTo("/redact/0"));
    }
}
