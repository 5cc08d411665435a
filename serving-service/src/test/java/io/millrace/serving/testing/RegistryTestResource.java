package io.millrace.serving.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.util.Map;

/** Starts a {@link FakeRegistry} and fills the test's field of that type. */
public final class RegistryTestResource implements QuarkusTestResourceLifecycleManager {

    private FakeRegistry registry;

    @Override
    public Map<String, String> start() {
        try {
            registry = new FakeRegistry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of("millrace.registry-url", registry.url());
    }

    @Override
    public void inject(Object testInstance) {
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
        registry.stop();
    }
}
