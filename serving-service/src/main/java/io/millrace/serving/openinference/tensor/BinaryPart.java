package io.millrace.serving.openinference.tensor;

import io.millrace.common.error.PlatformException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tensors as raw little-endian bytes, one after the other. Used by one thread. */
public final class BinaryPart {

    private final @Nullable ByteBuffer bytes;

    private BinaryPart(@Nullable ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** For a body that is all JSON: taking from it says which header is absent. */
    public static BinaryPart none() {
        return new BinaryPart(null);
    }

    public static BinaryPart of(ByteBuffer bytes) {
        return new BinaryPart(bytes.slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Elements of the next {@code length} bytes; NaN becomes null, a missing value. */
    public List<@Nullable Object> take(Datatype datatype, long elements, int length, String place) {
        if (bytes == null) {
            throw bad(place + "binary data needs the header Inference-Header-Content-Length");
        }
        if (length > bytes.remaining()) {
            throw bad(place + "binary_data_size is " + length + ", the body has " + bytes.remaining() + " bytes left");
        }
        if (datatype.bytes() > 0 && elements * datatype.bytes() != length) {
            throw bad(place + "shape asks for " + elements + " elements of " + datatype + ", which are "
                    + elements * datatype.bytes() + " bytes, got " + length);
        }
        ByteBuffer own = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + length);
        // Every text has four bytes at least, so a large shape with few bytes does not get memory.
        if (elements > length) {
            throw bad(place + "shape asks for " + elements + " elements, the data has " + length + " bytes");
        }
        List<@Nullable Object> values = new ArrayList<>((int) elements);
        for (long i = 0; i < elements; i++) {
            values.add(element(datatype, own, place));
        }
        if (own.hasRemaining()) {
            throw bad(place + "the data has " + own.remaining() + " bytes more than " + elements + " elements");
        }
        return values;
    }

    /** What was not taken yet, without taking it; null for a body that is all JSON. */
    @Nullable
    ByteBuffer rest() {
        return bytes == null ? null : bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Checks that nothing is left. */
    public void end() {
        if (bytes != null && bytes.hasRemaining()) {
            throw bad("the body has " + bytes.remaining() + " bytes more than its inputs declare");
        }
    }

    private static @Nullable Object element(Datatype datatype, ByteBuffer in, String place) {
        return switch (datatype) {
            case BOOL -> bool(in.get(), place);
            case UINT8 -> (Object) (in.get() & 0xff);
            case UINT16 -> in.getShort() & 0xffff;
            case UINT32 -> in.getInt() & 0xffff_ffffL;
            case UINT64 -> unsigned(in.getLong());
            case INT8 -> (int) in.get();
            case INT16 -> (int) in.getShort();
            case INT32 -> in.getInt();
            case INT64 -> in.getLong();
            case FP16 -> number(half(in.getShort()));
            case BF16 -> number(Float.intBitsToFloat(in.getShort() << 16));
            case FP32 -> number(in.getFloat());
            case FP64 -> number(in.getDouble());
            case BYTES -> text(in, place);
        };
    }

    private static boolean bool(byte value, String place) {
        if (value != 0 && value != 1) {
            throw bad(place + "a BOOL is a byte 0 or 1, got " + value);
        }
        return value == 1;
    }

    public static Number unsigned(long value) {
        return value >= 0 ? (Number) value : new BigInteger(Long.toUnsignedString(value));
    }

    private static @Nullable Double number(double value) {
        return Double.isNaN(value) ? null : (Double) value;
    }

    /** IEEE 754 half precision: 1 sign, 5 exponent and 10 fraction bits. */
    static float half(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >>> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0x1f) {
            return Float.intBitsToFloat(sign | 0x7f80_0000 | fraction << 13);
        }
        if (exponent == 0) {
            float small = fraction * 0x1p-24f;
            return sign == 0 ? small : -small;
        }
        return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
    }

    private static String text(ByteBuffer in, String place) {
        int length = in.remaining() < 4 ? -1 : in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw bad(place + "a text's length of 4 bytes does not fit the data");
        }
        ByteBuffer own = in.slice(in.position(), length);
        in.position(in.position() + length);
        return utf8(own, place);
    }

    public static String utf8(ByteBuffer bytes, String place) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw bad(place + "a text is not UTF-8");
        }
    }

    private static PlatformException bad(String message) {
        return PlatformException.invalid("", message);
    }
}
