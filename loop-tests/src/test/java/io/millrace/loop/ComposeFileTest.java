package io.millrace.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ComposeFileTest {

    private static final Path ROOT = RunningPlatform.ROOT;
    private static final Pattern SECRET = Pattern.compile("MILLRACE_[A-Z_]+");

    private final String text = read("docker-compose.yml");

    /** The file as compose reads it, but for {@code <<}, which is looked up by {@link #service}. */
    private final Map<?, ?> file = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(text);

    @Test
    void startsTheStoreThenMigratesThenTheServices() {
        assertThat(services().keySet())
                .extracting(Object::toString)
                .containsExactlyInAnyOrder("postgres", "migrate", "registry", "pipeline", "serving", "monitoring");
        assertThat(service("migrate").get("depends_on"))
                .isEqualTo(Map.of("postgres", Map.of("condition", "service_healthy")));
        assertThat(((Map<?, ?>) file.get("x-service")).get("depends_on"))
                .isEqualTo(Map.of("migrate", Map.of("condition", "service_completed_successfully")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry:8081", "pipeline:8082", "serving:8083", "monitoring:8084"})
    void aServiceIsCheckedKeepsItsDataAndIsReachableFromThisMachineOnly(String nameAndPort) {
        String name = nameAndPort.split(":")[0];
        String port = nameAndPort.split(":")[1];
        Map<?, ?> service = service(name);

        assertThat(service.get("<<")).isEqualTo(file.get("x-service"));
        assertThat(service.get("ports"))
                .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .contains("127.0.0.1:" + port + ":" + port)
                .allMatch(mapping -> mapping.startsWith("127.0.0.1:"));
        assertThat(service.get("healthcheck").toString()).contains("/dev/tcp/127.0.0.1/" + port, "/q/health/ready");
        assertThat(service.get("volumes").toString()).contains(name + ":/data");
        assertThat(((Map<?, ?>) service.get("build")).get("args")).isEqualTo(Map.of("SERVICE", name));
        assertThat(((Map<?, ?>) service.get("environment")).get("QUARKUS_DATASOURCE_USERNAME"))
                .isEqualTo("millrace_" + name);
    }

    @Test
    void everySecretMustBeGivenAndTheScriptMakesThemAll() throws Exception {
        List<String> used = Pattern.compile("\\$\\{([^}]*)}")
                .matcher(text)
                .results()
                .map(r -> r.group(1))
                .toList();
        assertThat(used).hasSizeGreaterThan(10).allMatch(u -> u.matches("MILLRACE_[A-Z_]+:\\?.+"), "has no default");

        Process script = new ProcessBuilder(
                        "sh", ROOT.resolve("deploy/docker/secrets.sh").toString())
                .start();
        List<String> made = script.inputReader().lines().toList();

        assertThat(script.waitFor()).isZero();
        assertThat(made).allMatch(line -> line.matches("MILLRACE_[A-Z_]+=mlr_[0-9a-f]{64}"));
        assertThat(made.stream().map(line -> line.split("=")[0]))
                .containsExactlyInAnyOrderElementsOf(
                        used.stream().map(u -> u.split(":")[0]).distinct().toList());
        assertThat(made.stream().map(line -> line.split("=")[1])).doesNotHaveDuplicates();
    }

    @Test
    void dockerfilesCopyWhatTheBuildMakes() {
        for (Object service : services().values()) {
            if (((Map<?, ?>) service).get("build") instanceof Map<?, ?> build) {
                assertThat(ROOT.resolve(build.get("dockerfile").toString())).isRegularFile();
            }
        }
        assertThat(read("deploy/docker/service.Dockerfile")).contains("COPY ${SERVICE}-service/target/quarkus-app/");
        assertThat(read("deploy/docker/migrate.Dockerfile"))
                .contains("COPY db/target/lib/ db/target/millrace-db-*.jar");
        assertThat(SECRET.matcher(read("deploy/docker/migrate.sh"))
                        .results()
                        .map(r -> r.group())
                        .distinct())
                .containsExactlyInAnyOrder(
                        "MILLRACE_BOOTSTRAP_TOKENS_FILE",
                        "MILLRACE_ADMIN_TOKEN",
                        "MILLRACE_REGISTRY_TOKEN",
                        "MILLRACE_SERVING_TOKEN",
                        "MILLRACE_PIPELINE_TOKEN",
                        "MILLRACE_MONITORING_TOKEN");
    }

    private Map<?, ?> services() {
        return (Map<?, ?>) file.get("services");
    }

    private Map<?, ?> service(String name) {
        return (Map<?, ?>) services().get(name);
    }

    private static String read(String name) {
        try (Stream<String> lines = Files.lines(ROOT.resolve(name))) {
            return String.join("\n", lines.toList());
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }
}
