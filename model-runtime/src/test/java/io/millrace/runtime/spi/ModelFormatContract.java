package io.millrace.runtime.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every model format promises. An implementation's test extends this, gives a format, a saved binary classifier and
 * the rows and scores it was saved with.
 */
public abstract class ModelFormatContract {

    @TempDir
    protected Path temporary;

    protected Path folder;
    private LoadedModel model;

    protected abstract ModelFormat format();

    /** Saves a model with a BINARY signature that has at least one required and one nullable FLOAT64 column and one nullable, open STRING column. */
    protected abstract void save(Path target) throws Exception;

    /** At least 100 rows that fit the signature. */
    protected abstract List<Map<String, Object>> rows();

    /** P(positive) of each of {@link #rows}, from before the model was saved. */
    protected abstract double[] scores();

    /** Largest difference the format's number type may make. */
    protected abstract double tolerance();

    /** The file that holds the model itself. */
    protected abstract String modelFile();

    /** Files without which the folder is no model, beside {@link #modelFile}. A bare foreign model needs none. */
    protected List<String> companions() {
        return List.of("features.json", "model.json");
    }

    private List<String> files(String... more) {
        List<String> files = new ArrayList<>(List.of(more));
        files.add(modelFile());
        return files;
    }

    @BeforeEach
    void load() throws Exception {
        folder = Files.createDirectory(temporary.resolve("model"));
        save(folder);
        model = format().load(folder, LoadOptions.online());
    }

    @AfterEach
    void close() {
        model.close();
    }

    private Rows batch(List<Map<String, Object>> maps) {
        Rows.Builder builder = Rows.builder(model.signature());
        maps.forEach(builder::add);
        return builder.build();
    }

    private Column column(ColumnType type, boolean nullable) {
        return model.signature().inputs().stream()
                .filter(column -> column.type() == type && column.nullable() == nullable)
                .filter(column -> column.categories().isEmpty())
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Object> with(Map<String, Object> row, String name, Object value) {
        Map<String, Object> changed = new HashMap<>(row);
        changed.put(name, value);
        return changed;
    }

    @Test
    void recognisesItsOwnFolderAndNoOther() throws IOException {
        assertThat(format().recognises(folder)).isTrue();
        assertThat(format().recognises(temporary)).isFalse();
        assertThat(format().recognises(temporary.resolve("absent"))).isFalse();
        assertThat(format().recognises(Files.createFile(temporary.resolve("file"))))
                .isFalse();
    }

    @Test
    void predictsAfterLoadingWhatItPredictedBeforeSaving() {
        Prediction prediction = model.predict(batch(rows()));

        assertThat(prediction.size()).isEqualTo(rows().size());
        assertThat(prediction.outputs()).isEqualTo(model.signature().outputs());
        assertThat(IntStream.range(0, prediction.size())
                        .mapToDouble(prediction::score)
                        .toArray())
                .containsExactly(scores(), within(tolerance()));
        for (int row = 0; row < prediction.size(); row++) {
            String expected = model.signature().classes().get(prediction.score(row) >= 0.5 ? 1 : 0);
            assertThat(prediction.label(Output.LABEL)[row]).isEqualTo(expected);
        }
    }

    @Test
    void predictsARowAloneAsInABatch() {
        Prediction whole = model.predict(batch(rows()));

        for (int row = 0; row < 50; row++) {
            assertThat(model.predict(batch(List.of(rows().get(row)))).score(0))
                    .isCloseTo(whole.score(row), within(tolerance()));
        }
        assertThat(model.predict(batch(rows()).slice(10, 20)).score(0)).isCloseTo(whole.score(10), within(tolerance()));
    }

    @Test
    void answersNoRowsWithAnEmptyPrediction() {
        Prediction prediction = model.predict(batch(List.of()));

        assertThat(prediction.size()).isZero();
        assertThat(prediction.number(Output.PROBABILITY)).isEmpty();
        assertThat(prediction.label(Output.LABEL)).isEmpty();
    }

    @Test
    void predictsConcurrentlyWithoutMixingRows() throws Exception {
        Rows all = batch(rows());
        double[] alone = model.predict(all).number(Output.PROBABILITY);
        int threads = 4;
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int offset = thread * 7;
                results.add(pool.submit(() -> {
                    start.await();
                    for (int i = 0; i < 200; i++) {
                        int from = (offset + i) % 50;
                        int to = from + 1 + i % 20;
                        double[] part = model.predict(all.slice(from, to)).number(Output.PROBABILITY);
                        assertThat(part).containsExactly(Arrays.copyOfRange(alone, from, to), within(tolerance()));
                    }
                    return true;
                }));
            }
            start.countDown();
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void refusesToPredictOnceClosed() {
        Rows rows = batch(rows());
        model.close();

        assertThatThrownBy(() -> model.predict(rows)).isInstanceOf(IllegalStateException.class);
        assertThatCode(model::close).doesNotThrowAnyException();
    }

    @Test
    void closesWhilePredictionsRun() throws Exception {
        Rows rows = batch(rows());
        CountDownLatch running = new CountDownLatch(2);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            List<Future<String>> results = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                results.add(pool.submit(() -> {
                    while (true) {
                        try {
                            assertThat(model.predict(rows).size()).isEqualTo(rows.size());
                            running.countDown();
                        } catch (IllegalStateException e) {
                            return e.getMessage();
                        }
                    }
                }));
            }
            assertThat(running.await(1, TimeUnit.MINUTES)).isTrue();
            model.close();
            for (Future<String> result : results) {
                assertThat(result.get()).isEqualTo("the model is closed");
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void namesTheColumnThatIsMissing() {
        Column required = column(ColumnType.FLOAT64, false);
        Map<String, Object> without = new HashMap<>(rows().get(0));
        without.remove(required.name());

        assertThatThrownBy(() -> batch(List.of(rows().get(0), without)))
                .isInstanceOfSatisfying(SignatureException.class, e -> {
                    assertThat(e.field()).isEqualTo(required.name());
                    assertThat(e.row()).isEqualTo(1);
                });
    }

    @Test
    void namesTheColumnABatchOfOtherColumnsLacks() {
        Column required = column(ColumnType.FLOAT64, false);
        List<Column> others = model.signature().inputs().stream()
                .filter(column -> !column.equals(required))
                .toList();
        Rows rows = Rows.builder(others).add(rows().get(0)).build();

        assertThatThrownBy(() -> model.predict(rows))
                .isInstanceOfSatisfying(
                        SignatureException.class, e -> assertThat(e.field()).isEqualTo(required.name()));
    }

    @Test
    void refusesValuesThatAreNoFiniteNumber() {
        Column required = column(ColumnType.FLOAT64, false);

        for (Object bad : List.of(Double.NaN, Double.POSITIVE_INFINITY, "1e999", "abc", List.of())) {
            assertThatThrownBy(() -> batch(List.of(with(rows().get(0), required.name(), bad))))
                    .isInstanceOfSatisfying(
                            SignatureException.class, e -> assertThat(e.field()).isEqualTo(required.name()));
        }
    }

    @Test
    void givesAProbabilityForMissingHugeAndUnseenValues() {
        Column number = column(ColumnType.FLOAT64, true);
        Column text = column(ColumnType.STRING, true);
        Map<String, Object> row = rows().get(0);
        List<Map<String, Object>> odd = new ArrayList<>();
        odd.add(with(row, number.name(), null));
        odd.add(with(row, number.name(), Double.NaN));
        odd.add(with(row, number.name(), 1e308));
        odd.add(with(row, number.name(), -1e308));
        odd.add(with(row, text.name(), null));
        odd.add(with(row, text.name(), "never seen before"));
        odd.add(with(row, text.name(), ""));

        double[] scores = model.predict(batch(odd)).number(Output.PROBABILITY);

        assertThat(Arrays.stream(scores).boxed()).allMatch(score -> score >= 0 && score <= 1);
        assertThat(scores[0]).isEqualTo(scores[1]);
    }

    @Test
    void refusesACategoryOutsideAClosedList() {
        model.signature().inputs().stream()
                .filter(column -> !column.categories().isEmpty())
                .findFirst()
                .ifPresent(closed -> assertThatThrownBy(
                                () -> batch(List.of(with(rows().get(0), closed.name(), "no such category"))))
                        .isInstanceOf(SignatureException.class)
                        .hasMessageContaining("column '" + closed.name() + "': unknown category \"no such category\"")
                        .hasMessageContaining(closed.categories().get(0)));
    }

    @Test
    void reportsItsMemory() {
        assertThat(model.memoryBytes()).isPositive();
    }

    @Test
    void refusesATruncatedModel() throws IOException {
        Path file = folder.resolve(modelFile());
        byte[] bytes = Files.readAllBytes(file);

        for (int length : new int[] {0, 1, 100, bytes.length / 2, bytes.length - 1}) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> format().load(folder, LoadOptions.online()))
                    .as("%d of %d bytes", length, bytes.length)
                    .isInstanceOf(ModelFormatException.class);
        }
    }

    @Test
    void refusesASingleDamagedByteAnywhere() throws IOException {
        for (String name : companions().contains("features.json") ? files("features.json") : files()) {
            Path file = folder.resolve(name);
            byte[] good = Files.readAllBytes(file);
            for (int at = 0; at < good.length; at += Math.max(1, good.length / 40)) {
                byte[] damaged = good.clone();
                damaged[at] ^= 0x10;
                Files.write(file, damaged);
                assertThatThrownBy(() -> format().load(folder, LoadOptions.online()))
                        .as("%s, byte %d", name, at)
                        .isInstanceOf(ModelFormatException.class);
            }
            Files.write(file, good);
        }
    }

    @Test
    void refusesBytesThatAreNoModel() throws IOException {
        byte[] noise = new byte[5000];
        new java.util.Random(1).nextBytes(noise);
        Files.write(folder.resolve(modelFile()), noise);

        assertThatThrownBy(() -> format().load(folder, LoadOptions.online())).isInstanceOf(ModelFormatException.class);
    }

    @Test
    void refusesAFolderWithoutItsFiles() throws IOException {
        for (String file : files(companions().toArray(String[]::new))) {
            Path moved = temporary.resolve("moved");
            Files.move(folder.resolve(file), moved);
            assertThatThrownBy(() -> format().load(folder, LoadOptions.online()))
                    .as(file)
                    .isInstanceOf(ModelFormatException.class);
            Files.move(moved, folder.resolve(file));
        }
    }

    @Test
    void refusesDescriptorsItDoesNotUnderstand() throws IOException {
        Path file = folder.resolve("model.json");
        String good = Files.readString(file);

        for (String bad : List.of(
                "",
                "null",
                "[]",
                "{",
                good + "x",
                good.replace("\"formatVersion\" : 1", "\"formatVersion\" : 99"),
                good.replace("\"BINARY\"", "\"ORACLE\""),
                good.replace("\"signature\"", "\"other\""),
                "[".repeat(100_000))) {
            Files.writeString(file, bad);
            assertThatThrownBy(() -> format().load(folder, LoadOptions.online()))
                    .as(bad.substring(0, Math.min(60, bad.length())))
                    .isInstanceOf(ModelFormatException.class);
        }
    }

    @Test
    void readsNothingThroughSymbolicLinks() throws IOException {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        for (String file :
                companions().contains("features.json") ? files("model.json", "features.json") : files("model.json")) {
            Path target = outside.resolve(file);
            Files.move(folder.resolve(file), target);
            Files.createSymbolicLink(folder.resolve(file), target);
            if (!file.equals("features.json")) {
                assertThat(format().recognises(folder)).as(file).isFalse();
            }

            assertThatThrownBy(() -> format().load(folder, LoadOptions.online()))
                    .as(file)
                    .isInstanceOf(ModelFormatException.class);
            Files.delete(folder.resolve(file));
            Files.move(target, folder.resolve(file));
        }
        assertThat(format().recognises(folder)).isTrue();
    }

    @Test
    void ignoresOtherFilesInTheFolder() throws IOException {
        Files.writeString(folder.resolve("README.md"), "hello");
        Files.createDirectory(folder.resolve("sub"));
        Files.createSymbolicLink(folder.resolve("link"), Files.createFile(temporary.resolve("target")));

        try (LoadedModel again = format().load(folder, LoadOptions.online())) {
            assertThat(again.predict(batch(rows())).score(0)).isCloseTo(scores()[0], within(tolerance()));
        }
    }
}
