package io.millrace.common.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives a {@code @QuarkusTest} a database of its own. Argument {@code service} names the service whose role it uses; every
 * other argument becomes a configuration property. A test field of type {@link PostgresForTests} is filled in.
 */
public final class PostgresTestResource implements QuarkusTestResourceLifecycleManager {

    private Map<String, String> arguments = Map.of();
    private @Nullable PostgresForTests postgres;

    @Override
    public void init(Map<String, String> initArgs) {
        arguments = Map.copyOf(initArgs);
    }

    @Override
    public Map<String, String> start() {
        PostgresForTests fresh = PostgresForTests.fresh();
        postgres = fresh;
        Map<String, String> configuration = new HashMap<>(arguments);
        String service = configuration.remove("service");
        if (service == null) {
            throw new IllegalArgumentException("argument service is missing");
        }
        configuration.put("quarkus.datasource.jdbc.url", fresh.url());
        configuration.put("quarkus.datasource.username", PostgresForTests.role(service));
        configuration.put("quarkus.datasource.password", "none-needed");
        configuration.put("millrace.service-token", TestTokens.SERVICE);
        try {
            configuration.putIfAbsent(
                    "millrace.data-dir",
                    Files.createTempDirectory(Path.of("target").toAbsolutePath(), service + "-data")
                            .toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return configuration;
    }

    @Override
    public void inject(Object testInstance) {
        for (Class<?> type = testInstance.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getType() == PostgresForTests.class) {
                    try {
                        field.setAccessible(true);
                        field.set(testInstance, postgres);
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }
    }

    @Override
    public void stop() {
        // The database goes with the server, at the end of the JVM.
    }
}
