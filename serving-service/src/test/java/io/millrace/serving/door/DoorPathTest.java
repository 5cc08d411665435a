package io.millrace.serving.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DoorPathTest {

    private static DoorPath path(String template) {
        return new DoorPath(template, request -> DoorAnswer.json(new byte[0]));
    }

    @Test
    void findsTheGaps() {
        DoorPath path = path("/v2/models/{}/versions/{}/infer");

        assertThat(path.match("/v2/models/a%20b/versions/7/infer")).hasValue(List.of("a%20b", "7"));
        for (String other : List.of(
                "/v2/models/a/versions/7/infer/",
                "/v2/models/a/versions/7/infe",
                "/v2/models//versions/7/infer",
                "/v2/models/a/b/versions/7/infer",
                "/v2/models/a",
                "")) {
            assertThat(path.match(other)).as(other).isEmpty();
        }
        assertThat(path("/invocations").match("/invocations")).hasValue(List.of());
    }
}
