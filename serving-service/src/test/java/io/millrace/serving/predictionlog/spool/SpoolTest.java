package io.millrace.serving.predictionlog.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    @TempDir
    Path folder;

    /** Texts of 8 bytes up to the tenth, so that they need no filling up. */
    private static Records records(int from, int to) {
        Records records = new Records();
        for (int i = from; i < to; i++) {
            add(records, "record " + i);
        }
        return records;
    }

    private static void add(Records records, String text) {
        records.begin();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            records.small(each);
        }
        records.end();
    }

    private static List<String> texts(List<byte[]> records) {
        return records.stream()
                .map(record -> new String(record, StandardCharsets.UTF_8).replace("\0", ""))
                .toList();
    }

    private static List<String> texts(int from, int to) {
        return texts(records(from, to).each());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void givesBackInOrderAcrossSegmentsWhatWasNotTaken() throws Exception {
        try (Spool spool = new Spool(folder, 1 << 20, 100)) {
            for (int i = 0; i < 30; i += 3) {
                assertThat(spool.append(records(i, i + 3))).isEqualTo(3);
            }
            assertThat(files().size()).isGreaterThan(3);
            assertThat(texts(spool.peek(4, 0))).containsExactly("record 0", "record 1", "record 2", "record 3");
            spool.take(4);
            assertThat(spool.unread()).isEqualTo(26);
        }

        try (Spool again = new Spool(folder, 1 << 20, 100)) {
            assertThat(texts(again.peek(100, 0))).isEqualTo(texts(4, 30));
            again.take(26);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void findsEveryRecordOfAProcessThatDidNotClose() throws Exception {
        Spool killed = new Spool(folder, 1 << 20, 1 << 16);
        killed.append(records(0, 5));

        try (Spool again = new Spool(folder, 1 << 20, 1 << 16)) {
            assertThat(again.damaged()).isZero();
            assertThat(texts(again.peek(100, 0))).isEqualTo(texts(0, 5));
        }
    }

    @Test
    void leavesOutATornEndAndADamagedRecordAndKeepsTheOthers() throws Exception {
        Spool killed = new Spool(folder, 1 << 20, 1 << 16);
        killed.append(records(0, 5));
        try (RandomAccessFile file = new RandomAccessFile(files().get(0).toFile(), "rw")) {
            int record = Records.HEADER + "record 0".length();
            file.seek(Segment.START + record + Records.HEADER + 2);
            file.write('X');
            file.seek(Segment.START + 5 * record);
            file.write(new byte[] {0x7F, 0, 0, 99, 1, 2});
        }

        try (Spool again = new Spool(folder, 1 << 20, 1 << 16)) {
            assertThat(again.damaged()).isEqualTo(2);
            assertThat(again.unread()).isEqualTo(4);
            again.append(records(5, 6));
            assertThat(texts(again.peek(100, 0)))
                    .containsExactly("record 0", "record 2", "record 3", "record 4", "record 5");
            again.take(2);
            assertThat(texts(again.peek(1, 0))).containsExactly("record 3");
            assertThat(again.peek(9, 0)).hasSize(3);
            again.take(3);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void takesNoMoreThanItsBoundAndHasRoomAgainAfterwards() throws Exception {
        int record = Records.HEADER + "record 0".length();
        try (Spool spool = new Spool(folder, 10 * record, 2 * record)) {
            assertThat(spool.append(records(0, 8))).isEqualTo(8);
            assertThat(spool.append(records(0, 4))).isEqualTo(2);
            assertThat(spool.append(records(0, 1))).isZero();
            assertThat(spool.bytes()).isEqualTo(10 * record);

            assertThat(spool.peek(10, 0)).hasSize(10);
            spool.take(10);
            assertThat(spool.append(records(0, 8))).isEqualTo(8);
        }
    }

    private Path only() throws IOException {
        assertThat(files()).hasSize(1);
        return files().get(0);
    }

    @Test
    void endsBeforeARecordWhoseLengthWasNotWrittenYet() throws Exception {
        Spool killed = new Spool(folder, 1 << 20, 1 << 16);
        killed.append(records(0, 5));
        long after = Segment.START + 5 * (Records.HEADER + "record 0".length());
        try (RandomAccessFile file = new RandomAccessFile(only().toFile(), "rw")) {
            assertThat(file.length()).isEqualTo(Segment.START + (1 << 16));
            file.seek(after + 4);
            file.write(records(5, 7).bytes(), 4, 28);
        }

        try (Spool again = new Spool(folder, 1 << 20, 1 << 16)) {
            assertThat(again.damaged()).isZero();
            assertThat(texts(again.peek(100, 0))).isEqualTo(texts(0, 5));
        }
        assertThat(Files.size(only())).as("nothing was stored").isEqualTo(Segment.START + (1 << 16));
    }

    @Test
    void beginsBehindWhatAKilledProcessHadTaken() throws Exception {
        Spool killed = new Spool(folder, 1 << 20, 1 << 16);
        for (int i = 0; i < 100; i += 10) {
            killed.append(records(i, i + 10));
            assertThat(killed.peek(10, 0)).hasSize(10);
            killed.take(i < 90 ? 10 : 4);
            killed.tend();
        }

        try (Spool again = new Spool(folder, 1 << 20, 1 << 16)) {
            assertThat(texts(again.peek(100, 0))).isEqualTo(texts(94, 100));
            again.take(5);
        }
        try (Spool third = new Spool(folder, 1 << 20, 1 << 16)) {
            assertThat(texts(third.peek(100, 0))).containsExactly("record 99");
            third.take(1);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void usesOneFileForManySmallBatches() throws Exception {
        try (Spool spool = new Spool(folder, 1 << 20, 1 << 16)) {
            spool.tend();
            Path file = only();
            for (int i = 0; i < 1000; i++) {
                spool.append(records(0, 1));
                spool.peek(1, 0);
                spool.take(1);
                spool.tend();
            }
            assertThat(only()).isEqualTo(file);
            for (int i = 0; i < 2000; i++) {
                spool.append(records(0, 1));
                spool.tend();
            }
            assertThat(files()).as("a second one is prepared in time").hasSize(2);
        }
    }

    @Test
    void readsFilesOfAReleaseBefore() throws Exception {
        ByteBuffer file = ByteBuffer.allocate(1000);
        for (String line : List.of("0a\tb\n", "1\tcd\n", "f\n")) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            file.putInt(bytes.length).putInt((int) crc.getValue()).put(bytes);
        }
        file.put(new byte[] {0, 0, 1});
        Files.write(folder.resolve("spool-000000000000000007.log"), Arrays.copyOf(file.array(), file.position()));

        try (Spool spool = new Spool(folder, 1 << 20, 1 << 16)) {
            assertThat(spool.damaged()).isEqualTo(1);
            assertThat(spool.append(records(0, 1))).isEqualTo(1);
            assertThat(texts(spool.peek(2, 0))).containsExactly("0a\tb\n", "1\tcd\n");
            spool.take(2);
            assertThat(texts(spool.peek(9, 0))).containsExactly("f\n", "record 0");
            spool.take(2);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void givesBackTheRoomOfAFullFileAndMakesALargerOneForWhatNeedsIt() throws Exception {
        Records large = records(0, 1);
        add(large, "x".repeat(5000));
        try (Spool spool = new Spool(folder, 1 << 20, 1024)) {
            spool.append(records(0, 3));
            spool.tend();
            spool.append(large);
            spool.append(records(5, 6));
            spool.tend();

            assertThat(files()).hasSize(3);
            assertThat(Files.size(files().get(0))).isEqualTo(Segment.START + 3 * 16);
            assertThat(Files.size(files().get(1))).isEqualTo(Segment.START + 16 + 8 + 5000);
            assertThat(Files.size(files().get(2))).isEqualTo(Segment.START + 1024);
            assertThat(texts(spool.peek(9, 0)))
                    .containsExactly("record 0", "record 1", "record 2", "record 0", "x".repeat(5000), "record 5");
            assertThat(spool.bytes()).isEqualTo(5 * 16 + 8 + 5000);
            spool.take(5);
            assertThat(spool.bytes()).isEqualTo(16);
        }
        assertThat(Files.size(only())).isEqualTo(Segment.START + 16);
    }

    @Test
    void refusesWhileTheDiskDoesAndGoesOnAfterwards() throws Exception {
        Path gone = folder.resolve("gone");
        try (Spool spool = new Spool(gone, 1 << 20, 1 << 16)) {
            Files.delete(gone);
            assertThatThrownBy(() -> spool.append(records(0, 1))).isInstanceOf(IOException.class);
            spool.tend();
            assertThatThrownBy(() -> spool.append(records(0, 1))).hasMessageContaining("a moment ago");
            assertThat(spool.unread()).isZero();

            Files.createDirectory(gone);
            long until = System.nanoTime() + 10_000_000_000L;
            while (!appends(spool) && System.nanoTime() < until) {
                Thread.sleep(20);
            }
            assertThat(texts(spool.peek(9, 0))).containsExactly("record 1");
        }
    }

    private static boolean appends(Spool spool) {
        try {
            return spool.append(records(1, 2)) == 1;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void losesAndMixesUpNothingWhileManyAppendAndOneTakes() throws Exception {
        int threads = 4;
        int rows = 20_000;
        Map<String, Integer> next = new HashMap<>();
        try (Spool spool = new Spool(folder, 1 << 30, 1 << 14)) {
            List<Thread> appending = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                String name = "thread " + t + " ";
                Thread thread = new Thread(() -> append(spool, name, rows));
                thread.start();
                appending.add(thread);
            }
            int left = threads * rows;
            while (left > 0) {
                spool.tend();
                spool.force();
                List<String> taken = texts(spool.peek(777, 1000));
                assertThat(taken).as("rows still come").isNotEmpty();
                spool.take(taken.size());
                left -= taken.size();
                for (String text : taken) {
                    int space = text.lastIndexOf(' ') + 1;
                    int row = Integer.parseInt(text.substring(space));
                    assertThat(row).isEqualTo(next.merge(text.substring(0, space), 1, Integer::sum) - 1);
                }
            }
            for (Thread thread : appending) {
                thread.join();
            }
            assertThat(spool.bytes()).isZero();
        }
        assertThat(next).hasSize(threads);
        assertThat(files()).isEmpty();
    }

    private static void append(Spool spool, String name, int rows) {
        Records records = new Records();
        try {
            for (int i = 0; i < rows; i++) {
                add(records, name + i);
                if (i % 3 == 0 || i == rows - 1) {
                    spool.append(records);
                    records.clear();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void leavesNothingMapped() throws Exception {
        try (Spool spool = new Spool(folder, 1 << 20, 1 << 12)) {
            spool.tend();
            for (int i = 0; i < 1000; i++) {
                spool.append(records(i, i + 1));
                spool.tend();
            }
            assertThat(files().size()).isGreaterThan(4);
            assertThat(mapped()).isBetween(1L, 2L);
            spool.peek(900, 0);
            spool.take(900);
        }
        assertThat(mapped()).isZero();
    }

    private long mapped() throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
            return maps.filter(line -> line.contains(folder.toString())).count();
        }
    }
}
