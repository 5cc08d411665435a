package io.millrace.registry;

import static io.millrace.registry.RegistryCalls.as;
import static io.millrace.registry.RegistryCalls.unique;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.common.testing.PostgresTestResource;
import io.millrace.common.testing.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is made natively and sent again because nobody heard the answer. */
@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class RetryIT {

    static Stream<Arguments> creations() {
        return Stream.of(
                Arguments.of("/api/v1/models", "createdAt", Map.of()),
                Arguments.of("/api/v1/experiments", "experimentId", Map.of()),
                Arguments.of(
                        "/api/v1/webhooks",
                        "webhookId",
                        Map.of("url", "https://example.org/hook", "events", List.of("registered_model.created"))));
    }

    @ParameterizedTest
    @MethodSource("creations")
    void makesOneThingForAKey(String path, String id, Map<String, Object> fields) {
        String key = unique("key");
        Map<String, Object> body = new HashMap<>(fields);
        body.put("name", key);

        List<String> made = new ArrayList<>(IntStream.range(0, 6)
                .parallel()
                .mapToObj(i -> post(path, key, body))
                .map(answer -> answer.then().statusCode(201).extract().<String>path(id))
                .toList());

        assertThat(made).hasSize(6);
        assertThat(made.stream().distinct()).hasSize(1);
        body.put("name", key + "-other");
        post(path, key, body).then().statusCode(422);
        body.put("name", key);
        post(path, key + "-2", body).then().statusCode(path.endsWith("webhooks") ? 201 : 409);
    }

    private static Response post(String path, String key, Map<String, Object> body) {
        return as(TestTokens.ADMIN).header("Idempotency-Key", key).body(body).post(path);
    }
}
