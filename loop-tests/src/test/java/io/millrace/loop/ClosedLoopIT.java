package io.millrace.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.client.Api;
import io.millrace.cli.platform.ServiceName;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The ten steps on the four packaged services and one database, on real flights. */
@ExtendWith(ToldPlatform.Provider.class)
class ClosedLoopIT {

    private static final String MODEL = "flight-delay";

    @Test
    void closesByItselfFromDriftToThePromotedVersion(ToldPlatform platform) {
        Api api = platform.api();

        // 1 to 4: requests were routed to both arms, answered and logged
        JsonNode endpoint = api.get(ServiceName.SERVING, "/api/v1/endpoints/" + MODEL);
        assertThat(texts(endpoint.path("arms"), "name")).containsExactlyInAnyOrder("champion", "challenger");
        // 5: three windows of each version, of which only the summer's drifted
        JsonNode windows = api.get(ServiceName.MONITORING, "/api/v1/windows?endpoint=" + MODEL)
                .path("items");
        assertThat(windowStates(windows, 1))
                .containsExactly(
                        Map.entry("2013-06-20", "drifted"),
                        Map.entry("2013-05-23", "warning"),
                        Map.entry("2013-04-25", "warning"));
        // 6: its alert was opened, and resolved by the promotion
        JsonNode alerts = api.get(ServiceName.MONITORING, "/api/v1/alerts?endpoint=" + MODEL)
                .path("items");
        JsonNode drift = first(
                alerts,
                alert -> alert.path("kind").asText().equals("drift")
                        && alert.path("version").asInt() == 1);
        assertThat(drift.path("causedBy").asText()).startsWith("window:");
        // 7: one run, started by that alert, with data up to the end of the window
        JsonNode requests = api.get(ServiceName.MONITORING, "/api/v1/retraining-requests?model=" + MODEL)
                .path("items");
        assertThat(requests).hasSize(1);
        assertThat(requests.get(0).path("alertId").asText())
                .isEqualTo(drift.path("id").asText());
        assertThat(requests.get(0).path("asOf").asText()).isEqualTo("2013-07-18T00:00:00Z");
        JsonNode run = api.get(
                ServiceName.PIPELINE,
                "/api/v1/runs/" + requests.get(0).path("runId").asText());
        assertThat(run.path("trigger").asText()).isEqualTo("drift");
        // 8: compared with the champion on the same rows, and passed
        JsonNode gate = first(run.path("gates"), g -> g.path("kind").asText().equals("not-worse"));
        assertThat(gate.path("result").asText()).isEqualTo("pass");
        assertThat(gate.path("candidate").asDouble())
                .isGreaterThan(gate.path("champion").asDouble());
        // 9: promoted once
        int promoted = run.path("registeredVersion").asInt();
        JsonNode history = api.get(ServiceName.REGISTRY, "/api/v1/models/" + MODEL + "/aliases/champion/history")
                .path("items");
        assertThat(history).hasSize(2);
        assertThat(history.get(0).path("toVersion").asInt()).isEqualTo(promoted).isEqualTo(3);
        assertThat(history.get(0).path("causedBy").asText())
                .isEqualTo("run:" + run.path("id").asText());
        // 10: the router follows, and the way back to the requests is one answer
        JsonNode champion = first(
                api.get(ServiceName.SERVING, "/api/v1/endpoints/" + MODEL).path("arms"),
                arm -> arm.path("name").asText().equals("champion"));
        assertThat(champion.path("servingVersion").asInt()).isEqualTo(promoted);
        JsonNode why = api.get(ServiceName.MONITORING, "/api/v1/why/" + MODEL + "/" + promoted)
                .path("nodes");
        assertThat(texts(why, "kind")).startsWith("promotion", "run", "alert", "window", "endpoint");
        assertThat(why.get(3).path("detail").path("firstRequest").asText()).isNotEmpty();
        assertThat(platform.text()).contains("version " + promoted + ")");
    }

    private static List<Map.Entry<String, String>> windowStates(JsonNode windows, int version) {
        return StreamSupport.stream(windows.spliterator(), false)
                .filter(w -> w.path("version").asInt() == version)
                .map(w -> Map.entry(
                        w.path("startsAt").asText().substring(0, 10),
                        w.path("state").asText()))
                .toList();
    }

    private static List<String> texts(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(item -> item.path(field).asText())
                .toList();
    }

    private static JsonNode first(JsonNode list, java.util.function.Predicate<JsonNode> wanted) {
        return StreamSupport.stream(list.spliterator(), false)
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> new AssertionError("not found in " + list));
    }
}
