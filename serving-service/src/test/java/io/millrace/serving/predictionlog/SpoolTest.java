package io.millrace.serving.predictionlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    @TempDir
    Path folder;

    private static List<byte[]> records(int from, int to) {
        List<byte[]> records = new ArrayList<>();
        for (int i = from; i < to; i++) {
            records.add(("record " + i).getBytes(StandardCharsets.UTF_8));
        }
        return records;
    }

    private static List<String> texts(List<byte[]> records) {
        return records.stream()
                .map(record -> new String(record, StandardCharsets.UTF_8))
                .toList();
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
            // The first segments are gone, the one in which reading stopped is read from its start.
            List<String> left = texts(again.peek(100, 0));
            assertThat(left).endsWith("record 28", "record 29").contains("record 4");
            assertThat(left).isEqualTo(texts(records(30 - left.size(), 30)));
            again.take(left.size());
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void findsEveryRecordOfAProcessThatDidNotClose() throws Exception {
        Spool killed = new Spool(folder, 1 << 20, 1 << 16);
        killed.append(records(0, 5));

        try (Spool again = new Spool(folder, 1 << 20, 1 << 16)) {
            assertThat(again.damaged()).isZero();
            assertThat(texts(again.peek(100, 0))).isEqualTo(texts(records(0, 5)));
        }
    }

    @Test
    void leavesOutATornEndAndADamagedRecordAndKeepsTheOthers() throws Exception {
        Spool killed = new Spool(folder, 1 << 20, 1 << 16);
        killed.append(records(0, 5));
        try (RandomAccessFile file = new RandomAccessFile(files().get(0).toFile(), "rw")) {
            long record = Segment.HEADER + "record 0".length();
            file.seek(record + Segment.HEADER + 2);
            file.write('X');
            file.seek(5 * record);
            file.write(new byte[] {0, 0, 0, 99, 1, 2});
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
        long record = Segment.HEADER + "record 0".length();
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
}
