package io.millrace.serving.openinference.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.RowsLayout;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.serving.inference.CheckedRows;
import io.millrace.serving.inference.InferenceInputs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Binary tensors that are read where they lie are read as by way of maps, and refused in the same words. */
class BinaryTensorsTest {

    private static final Signature MIXED = Signature.binary(
            List.of(
                    new Column("amount", ColumnType.FLOAT64, true, -1e30, 1e30, List.of()),
                    Column.optional("visits", ColumnType.INT64),
                    Column.optional("member", ColumnType.BOOL)),
            "no",
            "yes");
    private static final Signature NUMBERS = Signature.binary(
            List.of(
                    Column.required("a", ColumnType.FLOAT64),
                    Column.optional("b", ColumnType.FLOAT64),
                    Column.required("c", ColumnType.FLOAT64)),
            "no",
            "yes");

    private static Map<String, Object> tensor(String name, Datatype datatype, List<Integer> shape, int bytes) {
        return Map.of(
                "name",
                name,
                "datatype",
                datatype.name(),
                "shape",
                shape,
                "parameters",
                Map.of("binary_data_size", bytes));
    }

    private static ByteBuffer random(int bytes, Random random) {
        byte[] all = new byte[bytes];
        random.nextBytes(all);
        return ByteBuffer.wrap(all);
    }

    private static String said(InferenceInputs inputs, Signature signature) {
        try {
            CheckedRows read = inputs.read(
                    signature, RowsLayout.of(signature.inputs()), Set.of("amount", "visits", "member", "a", "b", "c"));
            StringBuilder said = new StringBuilder();
            for (int row = 0; row < read.rows().size(); row++) {
                for (Column column : signature.inputs()) {
                    said.append(read.rows().value(column.name(), row)).append(' ');
                }
                Map<String, String> logged = new TreeMap<>();
                read.values().get(row).forEach((name, value) -> logged.put(name, String.valueOf(value)));
                said.append(logged);
            }
            return said.toString();
        } catch (SignatureException e) {
            return e.getMessage();
        }
    }

    private static String said(List<?> inputs, ByteBuffer bytes, Signature signature, boolean thorough) {
        try {
            return said(
                    thorough
                            ? TensorInputs.read(inputs, BinaryPart.of(bytes))
                            : BinaryTensors.read(inputs, BinaryPart.of(bytes)),
                    signature);
        } catch (PlatformException e) {
            return e.detail();
        }
    }

    @Test
    void readsEveryDatatypeAsByWayOfMaps() {
        Random random = new Random(7);
        int straight = 0;
        for (Datatype datatype : Datatype.values()) {
            for (int round = 0; round < 40 && datatype != Datatype.BYTES; round++) {
                int rows = 1 + random.nextInt(3);
                ByteBuffer bytes = random(rows * datatype.bytes(), random);
                if (datatype == Datatype.BOOL && round > 0) {
                    for (int i = 0; i < rows; i++) {
                        bytes.put(i, (byte) random.nextInt(2));
                    }
                }
                for (String column : List.of("amount", "visits", "member")) {
                    List<?> inputs = List.of(tensor(column, datatype, List.of(rows), rows * datatype.bytes()));
                    String expected = said(inputs, bytes, MIXED, true);
                    assertThat(said(inputs, bytes, MIXED, false))
                            .as(datatype + " as " + column)
                            .isEqualTo(expected);
                    straight += expected.contains("{") ? 1 : 0;
                }
            }
        }
        assertThat(straight).isGreaterThan(500);
    }

    @Test
    void readsOneTensorWithAllColumnsAndTextsBesides() {
        ByteBuffer matrix = ByteBuffer.allocate(6 * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : new float[] {1, Float.NaN, 2.5f, 4, 5, 1e-3f}) {
            matrix.putFloat(value);
        }
        matrix.flip();
        List<?> inputs = List.of(tensor("x", Datatype.FP32, List.of(2, 3), 24));

        assertThat(BinaryTensors.read(inputs, BinaryPart.of(matrix))).isInstanceOf(FlatTensors.class);
        assertThat(said(inputs, matrix, NUMBERS, false))
                .isEqualTo(said(inputs, matrix, NUMBERS, true))
                .startsWith("1.0 null 2.5 {");
        ByteBuffer gap = matrix.duplicate().order(ByteOrder.LITTLE_ENDIAN).putFloat(20, Float.NaN);
        assertThat(said(inputs, gap, NUMBERS, false))
                .isEqualTo(said(inputs, gap, NUMBERS, true))
                .isEqualTo("row 1, column 'c': missing value, expected a number");
    }

    @Test
    void saysWhatIsWrongInTheSameWords() {
        ByteBuffer eight = random(8, new Random(1));
        List<List<?>> wrong = new ArrayList<>();
        wrong.add(List.of(tensor("amount", Datatype.FP64, List.of(2), 8)));
        wrong.add(List.of(tensor("amount", Datatype.FP32, List.of(1), 4)));
        wrong.add(List.of(tensor("amount", Datatype.FP64, List.of(1), 9)));
        wrong.add(List.of(tensor("amount", Datatype.BYTES, List.of(1), 8)));
        wrong.add(List.of(tensor("amount", Datatype.FP64, List.of(-1), 8)));
        wrong.add(List.of(
                tensor("amount", Datatype.FP32, List.of(1), 4), tensor("amount", Datatype.FP32, List.of(1), 4)));
        wrong.add(List.of(
                tensor("amount", Datatype.FP32, List.of(1), 4), tensor("visits", Datatype.INT8, List.of(4), 4)));
        wrong.add(Arrays.asList((Object) null));
        for (List<?> inputs : wrong) {
            assertThat(said(inputs, eight, MIXED, false))
                    .isEqualTo(said(inputs, eight, MIXED, true))
                    .doesNotContain("{");
        }
    }
}
