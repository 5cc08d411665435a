package io.millrace.serving.testing;

import io.millrace.common.testing.PostgresTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;

/** Starts a store and a {@link FakeRegistry} and fills the test's fields of those types. */
public final class ServingTestResource implements QuarkusTestResourceLifecycleManager {

    private final PostgresTestResource postgres = new PostgresTestResource();
    private FakeRegistry registry;

    @Override
    public Map<String, String> start() {
        postgres.init(Map.of("service", "serving"));
        Map<String, String> configuration = new HashMap<>(postgres.start());
        try {
            registry = new FakeRegistry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        configuration.put("millrace.registry-url", registry.url());
        // Where a request is answered must not depend on how busy the machine is.
        configuration.put("millrace.serving.door.inline-bound", "PT10S");
        return configuration;
    }

    @Override
    public void inject(Object testInstance) {
        postgres.inject(testInstance);
        for (Class<?> type = testInstance.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getType() == FakeRegistry.class) {
                    try {
                        field.setAccessible(true);
                        field.set(testInstance, registry);
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }
    }

    @Override
    public void stop() {
        if (registry != null) {
            registry.stop();
        }
        postgres.stop();
    }
}
