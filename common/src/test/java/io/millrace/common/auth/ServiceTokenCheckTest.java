package io.millrace.common.auth;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceTokenCheckTest {

    private static ServiceTokenCheck check(Optional<String> token, Map<String, String> configuration) {
        var config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(configuration, "test", 100))
                .build();
        return new ServiceTokenCheck(new ServiceIdentity(token), config);
    }

    @Test
    void refusesAServiceThatCallsOthersWithoutAToken() {
        var configuration = Map.of("millrace.registry-url", "http://127.0.0.1:8081");

        assertThatThrownBy(() -> check(Optional.empty(), configuration).check())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("MILLRACE_SERVICE_TOKEN is not set, and this service calls another one "
                        + "(millrace.registry-url is configured)");
        assertThatThrownBy(() -> check(Optional.of(" "), configuration).check())
                .hasMessageStartingWith("MILLRACE_SERVICE_TOKEN is not set");
    }

    @Test
    void acceptsAServiceThatHasATokenOrCallsNobody() {
        assertThatCode(() -> check(Optional.of("mlr_t"), Map.of("millrace.registry-url", "http://127.0.0.1:1"))
                        .check())
                .doesNotThrowAnyException();
        assertThatCode(() -> check(Optional.empty(), Map.of("millrace.schema", "registry"))
                        .check())
                .doesNotThrowAnyException();
    }
}
