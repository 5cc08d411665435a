package io.millrace.serving.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.serving.client.registry.RegistryClient;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.quarkus.runtime.configuration.PathConverter;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
class ModelCacheIT extends Serving {

    @Inject
    RegistryClient client;

    @Inject
    ManifestCheck manifests;

    @Inject
    ObjectMapper json;

    @Inject
    Clock clock;

    @Inject
    Event<ModelSettled> settled;

    @Inject
    Event<TrustChanged> trust;

    @TempDir
    Path data;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RecordedRows recorded = new RecordedRows();
    private ModelCache cache;

    private ModelCache cache(Map<String, String> settings) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withMapping(ModelConfig.class)
                .withConverter(MemorySize.class, 100, new MemorySizeConverter())
                .withConverter(Duration.class, 100, new DurationConverter())
                .withConverter(Path.class, 100, new PathConverter())
                .withDefaultValue("millrace.serving.model.data-dir", data.toString())
                .withDefaultValue("millrace.serving.model.formats", "");
        settings.forEach((name, value) -> builder.withDefaultValue("millrace.serving.model." + name, value));
        ModelConfig config = builder.build().getConfigMapping(ModelConfig.class);
        cache = new ModelCache(
                new ModelFolders(client, manifests, json, config),
                config,
                recorded,
                json,
                clock,
                settled,
                trust,
                meters);
        return cache;
    }

    @AfterEach
    void close() {
        cache.close();
    }

    private static boolean ready(ModelState state) {
        return state.fold(() -> false, ready -> true, failed -> false);
    }

    private static String failure(ModelState state) {
        return state.fold(() -> "", ready -> "", ModelState.Failed::detail);
    }

    private ModelHandle handle(VersionId id) {
        await(() -> ready(cache.request(id)));
        return cache.request(id)
                .fold(
                        () -> {
                            throw new AssertionError();
                        },
                        ModelState.Ready::handle,
                        failed -> {
                            throw new AssertionError();
                        });
    }

    private VersionId version(String model, int number) throws Exception {
        registry.add(model, number, Models.folder(Models.FIRST));
        return new VersionId(model, number);
    }

    private static Map<String, byte[]> files() throws Exception {
        Map<String, byte[]> files = new HashMap<>();
        try (var all = Files.list(Models.folder(Models.FIRST))) {
            for (Path file : all.toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private static boolean open(ModelHandle handle) {
        if (handle.acquire()) {
            handle.release();
            return true;
        }
        return false;
    }

    @Test
    void unloadsTheSpareThatWasWantedLongestAgo() throws Exception {
        cache(Map.of("spares", "2"));
        ModelHandle[] handles = new ModelHandle[4];
        for (int i = 0; i < 4; i++) {
            VersionId id = version("spares", i + 1);
            handles[i] = handle(id);
            cache.retain(Set.of(id));
        }
        assertThat(new boolean[] {open(handles[0]), open(handles[1]), open(handles[2]), open(handles[3])})
                .containsExactly(false, true, true, true);

        // Going back needs no load, and makes it the one used last.
        VersionId second = new VersionId("spares", 2);
        assertThat(ready(cache.request(second))).isTrue();
        cache.retain(Set.of(second));
        VersionId fifth = version("spares", 5);
        handle(fifth);
        cache.retain(Set.of(fifth));

        assertThat(new boolean[] {open(handles[1]), open(handles[2]), open(handles[3])})
                .containsExactly(true, false, true);
    }

    @Test
    void closesAModelOnlyWhenItsLastRequestHasEnded() throws Exception {
        cache(Map.of("spares", "0"));
        ModelHandle handle = handle(version("drained", 1));
        assertThat(handle.acquire()).isTrue();

        cache.retain(Set.of());

        assertThat(handle.predict(WarmUp.row(handle.signature())).size()).isEqualTo(1);
        handle.release();
        assertThat(handle.acquire()).isFalse();
        assertThat(meters.get("millrace.serving.models").gauge().value()).isZero();
    }

    @Test
    void refusesAVersionPastTheBudgetAndKeepsThoseThatAreServed() throws Exception {
        cache(Map.of());
        long size = handle(version("sized", 1)).memoryBytes();
        cache.close();
        cache(Map.of("memory", Long.toString(size * 3 / 2), "spares", "5"));
        VersionId first = version("budget", 1);
        VersionId second = version("budget", 2);
        ModelHandle served = handle(first);
        cache.retain(Set.of(first, second));

        cache.request(second);

        await(() -> !failure(cache.request(second)).isEmpty());
        assertThat(failure(cache.request(second)))
                .isEqualTo(
                        "version budget/2 needs %d bytes; versions in memory hold %d of millrace.serving.model.memory = %d"
                                .formatted(size, size, size * 3 / 2));
        assertThat(open(served)).isTrue();
        // A spare makes room.
        cache.retain(Set.of(second));
        VersionId third = version("budget", 3);
        handle(third);
        assertThat(open(served)).isFalse();
    }

    @Test
    void warmsUpOnRowsStoredWithTheVersionAndRefusesOneWhoseRowsCannotBeRead() throws Exception {
        cache(Map.of());
        Map<String, byte[]> good = files();
        good.put(WarmUp.FILE, json.writeValueAsBytes(java.util.List.of(Models.row(), Map.of("other", 1))));
        registry.add("warm", 1, good);
        Map<String, byte[]> bad = files();
        bad.put(WarmUp.FILE, "{\"no\": \"list\"}".getBytes(StandardCharsets.UTF_8));
        registry.add("warm", 2, bad);

        handle(new VersionId("warm", 1));
        VersionId second = new VersionId("warm", 2);
        cache.request(second);

        await(() -> failure(cache.request(second)).equals("warm-up.json is not a list of rows"));
    }

    @Test
    void warmsUpOnRowsThatWereAskedLatelyOrElseOnAMadeUpOne() {
        cache(Map.of());
        for (int i = 0; i < RecordedRows.PER_MODEL; i++) {
            int amount = i;
            recorded.add("asked", clock.instant(), () -> Models.row("amount", amount));
        }
        // It takes the place of the first.
        recorded.add("asked", clock.instant(), () -> Map.of("of-another-signature", 1));

        assertThat(recorded.of("asked")).hasSize(RecordedRows.PER_MODEL);
        assertThat(WarmUp.fitting(Models.FIRST.signature(), recorded.of("asked")))
                .hasSize(RecordedRows.PER_MODEL - 1);
        assertThat(WarmUp.fitting(Models.FIRST.signature(), recorded.of("never")))
                .hasSize(1);
    }
}
