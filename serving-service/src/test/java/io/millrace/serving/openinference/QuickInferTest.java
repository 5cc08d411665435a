package io.millrace.serving.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.RowsLayout;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.serving.inference.CheckedRows;
import io.millrace.serving.openinference.tensor.BinaryPart;
import io.millrace.serving.openinference.tensor.FlatTensors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors that are read straight into columns are read as by way of maps, and refused in the same words. */
class QuickInferTest {

    private static final Signature MIXED = Signature.binary(
            List.of(
                    new Column("amount", ColumnType.FLOAT64, true, 0.0, 1e6, List.of()),
                    Column.optional("visits", ColumnType.INT64),
                    Column.optional("country", ColumnType.STRING),
                    Column.optional("member", ColumnType.BOOL)),
            "no",
            "yes");
    private static final Signature NUMBERS = Signature.binary(
            List.of(
                    Column.required("a", ColumnType.FLOAT64),
                    Column.required("b", ColumnType.FLOAT64),
                    Column.required("c", ColumnType.FLOAT64)),
            "no",
            "yes");
    private static final Set<String> KNOWN = Set.of("amount", "visits", "country", "member", "a", "b", "c", "customer");
    private static final String COLUMNS = """
            {"id": "1", "inputs": [{"name": "amount", "shape": [2], "datatype": "FP64", "data": [1.5, null]},
             {"name": "visits", "datatype": "INT64", "shape": [2, 1], "data": [[7], [8]]},
             {"name": "country", "shape": [2], "datatype": "BYTES", "data": ["AT", "DE"]},
             {"name": "member", "shape": [2], "datatype": "BOOL", "data": [true, false]},
             {"name": "customer", "shape": [2], "datatype": "BYTES", "data": ["c", "c"]}], "parameters": {"key": "k"}}""";
    private static final String TOGETHER = """
            {"inputs": [{"name": "x", "shape": [2, 3], "datatype": "FP32", "data": [[1, 2.5, 3], [4, 5, 6]]}]}""";

    private static String said(byte[] body, boolean thorough, Signature signature) {
        try {
            OpenInferenceRequest request = thorough
                    ? OpenInferenceRequest.thorough(body, body.length, BinaryPart.none())
                    : OpenInferenceRequest.read(body, body.length, BinaryPart.none());
            String head = request.key() + " " + request.timestamp() + " " + request.id() + " " + request.outputs() + " "
                    + request.binaryOutputs() + " " + request.inputs().size();
            if (request.inputs().size() == 0) {
                return head;
            }
            try {
                head += " " + request.inputs().key("customer");
                return head
                        + rows(request.inputs().read(signature, RowsLayout.of(signature.inputs()), KNOWN), signature);
            } catch (SignatureException e) {
                throw request.inputs().refused(e);
            }
        } catch (PlatformException e) {
            return e.code() + " " + e.detail();
        }
    }

    private static String rows(CheckedRows checked, Signature signature) {
        List<Object> all = new ArrayList<>();
        for (int row = 0; row < checked.rows().size(); row++) {
            for (Column column : signature.inputs()) {
                all.add(String.valueOf(checked.rows().value(column.name(), row)));
            }
            all.add(new TreeMap<>(checked.values().get(row).toMap()));
        }
        return all.toString();
    }

    private static void alike(byte[] body) {
        for (Signature signature : List.of(MIXED, NUMBERS)) {
            assertThat(said(body, false, signature)).isEqualTo(said(body, true, signature));
        }
    }

    @Test
    void readsTensorsStraightIntoColumns() {
        for (String good : List.of(COLUMNS, TOGETHER)) {
            byte[] body = good.getBytes(StandardCharsets.UTF_8);
            assertThat(OpenInferenceRequest.read(body, body.length, BinaryPart.none())
                            .inputs())
                    .isInstanceOf(FlatTensors.class);
            alike(body);
        }
        assertThat(said(TOGETHER.getBytes(StandardCharsets.UTF_8), false, NUMBERS))
                .contains("[1.0, 2.5, 3.0,")
                .contains("4.0, 5.0, 6.0,");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"inputs\": []}",
                "{\"inputs\": [{}]}",
                "{\"inputs\": [{\"name\": \"a\", \"shape\": [0], \"datatype\": \"FP64\", \"data\": []}]}",
                "{\"inputs\": [{\"name\": \"a\", \"shape\": [2], \"datatype\": \"FP64\", \"data\": [1]}]}",
                "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 2], \"datatype\": \"FP64\", \"data\": [1, 2]}]}",
                "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 3], \"datatype\": \"INT8\", \"data\": [1, 2, 300]}]}",
                "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 3], \"datatype\": \"FP16\", \"data\": [1, 2, 3]}]}",
                "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 3], \"datatype\": \"BOOL\", \"data\": [true, true, true]}]}",
                "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 3], \"datatype\": \"FP64\", \"data\": [1, 2, \"3\"]}]}",
                "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 1, 3], \"datatype\": \"FP64\", \"data\": [1, 2, 3]}]}",
                "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 3], \"datatype\": \"FP64\", \"data\": [1, 2, 3]}], \"outputs\": [{\"name\": \"label\"}]}",
                "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 3], \"datatype\": \"FP64\", \"data\": [1, 2, 3]}], \"parameters\": {\"binary_data_output\": true}}",
                "{\"inputs\": [{\"name\": \"a\", \"shape\": [1], \"datatype\": \"FP64\", \"data\": [1]}, {\"name\": \"a\", \"shape\": [1], \"datatype\": \"FP64\", \"data\": [2]}]}",
                "{\"inputs\": [{\"name\": \"amount\", \"shape\": [1], \"datatype\": \"FP64\", \"data\": [-1]}]}",
                "{\"inputs\": [{\"name\": \"amount\", \"shape\": [1], \"datatype\": \"BYTES\", \"data\": [\"1\"]}]}",
                "{\"inputs\": [{\"name\": \"customer\", \"shape\": [2], \"datatype\": \"BYTES\", \"data\": [\"c\", \"d\"]}]}",
                "{\"inputs\": [{\"name\": \"stranger\", \"shape\": [1], \"datatype\": \"FP64\", \"data\": [1]}]}",
                "{\"inputs\": 7}",
                "{}"
            })
    void saysTheSameAsByWayOfMaps(String body) {
        alike(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void saysTheSameOfDamagedBodies() {
        Random random = new Random(11);
        String letters = "0123456789.,-{}[]\"e:aAT \\";
        for (String each : List.of(COLUMNS, TOGETHER)) {
            byte[] good = each.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 10_000; i++) {
                byte[] body = good.clone();
                for (int n = random.nextInt(3); n >= 0; n--) {
                    body[random.nextInt(body.length)] = (byte) letters.charAt(random.nextInt(letters.length()));
                }
                alike(body);
            }
        }
    }
}
