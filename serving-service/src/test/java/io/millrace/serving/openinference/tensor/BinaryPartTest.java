package io.millrace.serving.openinference.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.common.error.PlatformException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes as numpy writes them: {@code numpy.array([...], dtype).tobytes().hex()}. */
class BinaryPartTest {

    private static List<Object> take(Datatype datatype, int elements, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        return BinaryPart.of(ByteBuffer.wrap(bytes)).take(datatype, elements, bytes.length, "x: ");
    }

    @Test
    void readsEveryDatatype() {
        assertThat(take(Datatype.FP32, 2, "0000803f 000020c0")).containsExactly(1.0, -2.5);
        assertThat(take(Datatype.FP64, 1, "9a9999999999b93f")).containsExactly(0.1);
        assertThat(take(Datatype.FP16, 6, "003c 00c1 ff7b 0100 007c 0080"))
                .containsExactly(1.0, -2.5, 65504.0, 5.960464477539063e-08, Double.POSITIVE_INFINITY, -0.0);
        assertThat(take(Datatype.BF16, 2, "803f 20c0")).containsExactly(1.0, -2.5);
        assertThat(take(Datatype.BOOL, 2, "0100")).containsExactly(true, false);
        assertThat(take(Datatype.INT8, 1, "ff")).containsExactly(-1);
        assertThat(take(Datatype.UINT8, 1, "ff")).containsExactly(255);
        assertThat(take(Datatype.INT16, 1, "feff")).containsExactly(-2);
        assertThat(take(Datatype.UINT16, 1, "feff")).containsExactly(65534);
        assertThat(take(Datatype.INT32, 1, "00000080")).containsExactly(Integer.MIN_VALUE);
        assertThat(take(Datatype.UINT32, 1, "00000080")).containsExactly(2147483648L);
        assertThat(take(Datatype.INT64, 1, "ffffffffffffff7f")).containsExactly(Long.MAX_VALUE);
        assertThat(take(Datatype.UINT64, 1, "ffffffffffffffff"))
                .containsExactly(new BigInteger("18446744073709551615"));
        assertThat(take(Datatype.BYTES, 2, "02000000 6162 01000000 63")).containsExactly("ab", "c");
        assertThat(take(Datatype.FP32, 0, "")).isEmpty();
    }

    @Test
    void readsNotANumberAsMissing() {
        assertThat(take(Datatype.FP32, 1, "0000c07f")).containsExactly((Object) null);
        assertThat(take(Datatype.FP16, 1, "007e")).containsExactly((Object) null);
        assertThat(take(Datatype.FP64, 1, "000000000000f87f")).containsExactly((Object) null);
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> take(Datatype.FP32, 2, "0000803f")).hasMessageContaining("which are 8 bytes, got 4");
        assertThatThrownBy(() -> take(Datatype.BOOL, 1, "02")).hasMessageContaining("a BOOL is a byte 0 or 1");
        assertThatThrownBy(() -> take(Datatype.BYTES, 1, "ffffff7f 61")).hasMessageContaining("length of 4 bytes");
        assertThatThrownBy(() -> take(Datatype.BYTES, 1, "01000000 61 62")).hasMessageContaining("1 bytes more");
        assertThatThrownBy(() -> take(Datatype.BYTES, 1, "01000000 ff")).hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> take(Datatype.BYTES, 2_000_000_000, "01000000 61"))
                .hasMessageContaining("the data has 5 bytes");
        assertThatThrownBy(() -> BinaryPart.none().take(Datatype.FP32, 1, 4, "x: "))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("Inference-Header-Content-Length");
    }
}
