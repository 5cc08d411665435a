package io.millrace.serving.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.common.testing.TestTokens;
import io.millrace.serving.testing.Serving;
import io.quarkus.arc.All;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

@QuarkusTest
class OpenApiIT extends Serving {

    @Inject
    @All
    List<FrontDoor> fronts;

    @Test
    void describesEveryPathThatADoorTakes() {
        Set<String> described = as(TestTokens.VIEWER)
                .get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .extract()
                .<java.util.Map<String, Object>>path("paths")
                .keySet();

        assertThat(fronts.stream().flatMap(front -> front.paths().stream()).map(DoorPath::template))
                .isNotEmpty()
                .allSatisfy(template -> assertThat(described.stream().map(path -> path.replaceAll("\\{[^}]*}", "{}")))
                        .contains(template));
        assertThat(described).contains("/api/v1/endpoints", "/v2/models/{model}");
    }
}
