package io.millrace.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.RowsLayout;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is read straight into columns is read as by way of maps, and refused in the same words. */
class PredictRequestTest {

    private static final Signature SIGNATURE = Signature.binary(
            List.of(
                    new Column("amount", ColumnType.FLOAT64, true, 0.0, 1e6, List.of()),
                    new Column("visits", ColumnType.INT64, true, null, 100.0, List.of()),
                    Column.required("country", ColumnType.STRING),
                    Column.optional("member", ColumnType.BOOL),
                    Column.optional("at", ColumnType.TIMESTAMP)),
            "no",
            "yes");
    private static final RowsLayout LAYOUT = RowsLayout.of(SIGNATURE.inputs());
    private static final Set<String> KNOWN = Set.of("amount", "visits", "country", "member", "at", "customer");
    private static final String GOOD = "{\"inputs\": {\"amount\": 12.5, \"visits\": 7, \"country\": \"AT\","
            + " \"member\": true, \"at\": \"2013-05-01T10:00:00Z\", \"customer\": \"c-1\"}, \"key\": \"k\","
            + " \"timestamp\": \"2026-01-31T12:00:00Z\", \"requestId\": \"r-1\"}";

    /** Everything that a request says, or the complaint. */
    private static String said(byte[] body, boolean thorough) {
        try {
            PredictRequest request = thorough ? PredictRequest.thorough(body) : PredictRequest.read(body);
            String head = request.key() + " " + request.timestamp() + " " + request.requestId() + " "
                    + request.rows().size() + " " + request.rows().key("customer");
            try {
                return head + " " + rows(request.rows().read(SIGNATURE, LAYOUT, KNOWN));
            } catch (SignatureException e) {
                throw request.rows().refused(e);
            }
        } catch (PlatformException e) {
            return e.code() + " " + e.detail() + " " + e.errors();
        }
    }

    private static String rows(CheckedRows checked) {
        List<Object> all = new ArrayList<>();
        for (int row = 0; row < checked.rows().size(); row++) {
            for (Column column : SIGNATURE.inputs()) {
                all.add(String.valueOf(checked.rows().value(column.name(), row)));
            }
            all.add(new TreeMap<>(checked.values().get(row).toMap()));
        }
        return all.toString();
    }

    private static void alike(byte[] body) {
        assertThat(said(body, false)).isEqualTo(said(body, true));
    }

    @Test
    void readsARowStraightIntoColumns() {
        byte[] body = GOOD.getBytes(StandardCharsets.UTF_8);

        assertThat(PredictRequest.read(body).rows()).isInstanceOf(FlatRow.class);
        assertThat(said(body, false)).contains("[12.5, 7, AT, true, 1367402400000,");
        alike(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"inputs\": {}}",
                "{\"inputs\": {\"country\": \"AT\"}}",
                "{\"inputs\": {\"country\": null}}",
                "{\"inputs\": {\"visits\": 7, \"country\": \"AT\", \"amount\": 1}}",
                "{\"inputs\": {\"country\": \"AT\", \"amount\": 1, \"amount\": 2}}",
                "{\"inputs\": {\"country\": \"AT\", \"amuont\": 1}}",
                "{\"inputs\": {\"country\": \"AT\", \"amount\": \"1\"}}",
                "{\"inputs\": {\"country\": \"AT\", \"amount\": true}}",
                "{\"inputs\": {\"country\": \"AT\", \"amount\": [1]}}",
                "{\"inputs\": {\"country\": \"AT\", \"amount\": -1}}",
                "{\"inputs\": {\"country\": \"AT\", \"amount\": 1e400}}",
                "{\"inputs\": {\"country\": \"AT\", \"amount\": NaN}}",
                "{\"inputs\": {\"country\": \"AT\", \"visits\": 7.0}}",
                "{\"inputs\": {\"country\": \"AT\", \"visits\": 7.5}}",
                "{\"inputs\": {\"country\": \"AT\", \"visits\": 101}}",
                "{\"inputs\": {\"country\": \"AT\", \"visits\": 99999999999999999999}}",
                "{\"inputs\": {\"country\": 7}}",
                "{\"inputs\": {\"country\": \"AT\", \"member\": 1}}",
                "{\"inputs\": {\"country\": \"AT\", \"member\": \"true\"}}",
                "{\"inputs\": {\"country\": \"AT\", \"at\": 1367402400000, \"customer\": 12}}",
                "{\"inputs\": {\"country\": \"AT\"}, \"key\": 7}",
                "{\"inputs\": {\"country\": \"AT\"}, \"timestamp\": \"yesterday\"}",
                "{\"inputs\": {\"country\": \"AT\"}, \"requestId\": \"\"}",
                "{\"inputs\": {\"country\": \"AT\"}, \"inputs\": {\"country\": \"DE\"}}",
                "{\"inputs\": {\"country\": \"AT\"}} x",
                "{\"inputs\": {\"country\": \"AT\"}, \"keys\": \"k\"}",
                "{\"instances\": [{\"country\": \"AT\"}, {\"country\": \"DE\"}]}",
                "{\"inputs\": [1]}",
                "[]",
                "",
                "{"
            })
    void saysTheSameAsByWayOfMaps(String body) {
        alike(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void saysTheSameOfDamagedBodies() {
        Random random = new Random(7);
        byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] body = good.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                body[random.nextInt(body.length)] = (byte) "0123456789.,-{}[]\"e:aAT \\".charAt(random.nextInt(25));
            }
            alike(body);
        }
    }
}
