package io.millrace.registry.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every place for content does. */
abstract class BlobFilesContract {

    private static final Instant LATER = Instant.parse("2999-01-01T00:00:00Z");

    abstract BlobFiles files();

    /** What uploads have left behind, or hold at the moment. */
    abstract int leftovers() throws Exception;

    static byte[] random(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static String digest(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private String keep(byte[] bytes) {
        try (Incoming incoming = files().receive(new ByteArrayInputStream(bytes))) {
            assertThat(incoming.sizeBytes()).isEqualTo(bytes.length);
            incoming.keep();
            return incoming.sha256();
        }
    }

    /** Around S3's smallest part and this implementation's buffer. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5_000_000, 8_388_607, 8_388_608, 8_388_609, 25_000_000})
    void givesBackWhatItGot(int size) throws Exception {
        byte[] bytes = random(size, size);

        String sha256 = keep(bytes);

        assertThat(sha256).isEqualTo(digest(bytes));
        assertThat(files().get(sha256).bytes()).isEqualTo(bytes);
        assertThat(leftovers()).isZero();
    }

    /** FIPS 180-2, appendix B.1. */
    @Test
    void namesContentByItsSha256() {
        assertThat(keep(new byte[] {'a', 'b', 'c'}))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void readsAnyPart() throws Exception {
        byte[] bytes = random(2, 1_000_000);
        BlobContent content = files().get(keep(bytes));

        for (int[] part : new int[][] {{0, 1}, {0, 1_000_000}, {999_999, 1}, {123_456, 654_321}}) {
            try (InputStream in = content.open(part[0], part[1])) {
                assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, part[0], part[0] + part[1]));
            }
        }
    }

    @Test
    void letsAReaderLeaveEarly() throws Exception {
        byte[] bytes = random(3, 9_000_000);
        String sha256 = keep(bytes);

        for (int i = 0; i < 30; i++) {
            try (InputStream in = files().get(sha256).open(0, bytes.length)) {
                assertThat(in.read()).isEqualTo(bytes[0] & 0xff);
            }
        }
    }

    @Test
    void keepsTheSameContentOnce() throws Exception {
        byte[] bytes = random(4, 9_000_000);

        assertThat(keep(bytes)).isEqualTo(keep(bytes));
        assertThat(leftovers()).isZero();
    }

    @Test
    void takesTheSameContentFromManyAtOnce() throws Exception {
        byte[] bytes = random(5, 9_000_000);

        assertThat(IntStream.range(0, 8).parallel().mapToObj(i -> keep(bytes)).distinct())
                .containsExactly(digest(bytes));
        assertThat(files().get(digest(bytes)).bytes()).isEqualTo(bytes);
    }

    @Test
    void forgetsWhatIsNotKept() throws Exception {
        byte[] bytes = random(6, 9_000_000);

        files().receive(new ByteArrayInputStream(bytes)).close();

        assertThat(files().delete(digest(bytes))).isFalse();
        assertThat(leftovers()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 20_000_000})
    void leavesNothingOfAStreamThatBreaks(int size) throws Exception {
        InputStream breaking = new InputStream() {
            private int left = size;

            @Override
            public int read() throws IOException {
                throw new IOException("broken");
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                if (left == 0) {
                    throw new IOException("broken");
                }
                int count = Math.min(left, length);
                left -= count;
                return count;
            }
        };

        assertThatThrownBy(() -> files().receive(breaking)).hasRootCauseMessage("broken");
        assertThat(leftovers()).isZero();
    }

    @Test
    void deletesOnce() throws Exception {
        String sha256 = keep(random(7, 1000));

        assertThat(files().delete(sha256)).isTrue();
        assertThat(files().delete(sha256)).isFalse();
        assertThatThrownBy(() -> files().get(sha256).bytes())
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }

    @Test
    void deletesWhatDeadUploadsLeft() throws Exception {
        Incoming abandoned = files().receive(new ByteArrayInputStream(random(8, 9_000_000)));
        String kept = keep(random(9, 9_000_000));

        assertThat(files().deleteLeftovers(Instant.EPOCH)).isZero();
        assertThat(files().deleteLeftovers(LATER)).isEqualTo(1);

        assertThat(leftovers()).isZero();
        assertThat(files().get(kept).bytes()).hasSize(9_000_000);
        abandoned.close();
    }

    @Test
    void takesNoNameThatIsNoDigest() {
        for (String name : new String[] {"", "../../etc/passwd", "A".repeat(64), "a".repeat(63) + "/"}) {
            assertThatThrownBy(() -> files().get(name).bytes()).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files().delete(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
