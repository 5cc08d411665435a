package io.millrace.serving.inference;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rows as JSON objects.
 *
 * @param single whether they were sent as {@code inputs}, one row without a list
 */
record JsonRows(List<Map<String, @Nullable Object>> rows, boolean single) implements MapInputs {

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public @Nullable String key(String column) {
        Object first = rows.get(0).get(column);
        for (int row = 1; row < rows.size(); row++) {
            if (!Objects.equals(first, rows.get(row).get(column))) {
                throw PlatformException.invalid(
                        "/instances/" + row + "/" + column,
                        "differs from row 0; the endpoint is sticky by it and a request is answered by one arm: send a "
                                + "request for each value, or give key");
            }
        }
        return first == null ? null : first.toString();
    }

    @Override
    public List<Map<String, @Nullable Object>> rows(Signature signature) {
        return rows;
    }

    @Override
    public PlatformException refused(SignatureException complaint) {
        Integer row = complaint.row();
        String place = single || row == null ? "/inputs/" : "/instances/" + row + "/";
        String pointer = place + complaint.field().replace("~", "~0").replace("/", "~1");
        FieldError error = new FieldError(pointer, Complaints.problem(complaint));
        return new PlatformException(
                ErrorCode.INVALID_REQUEST,
                "The input does not fit the model: "
                        + (single ? "" : row == null ? "" : "row " + row + ", ")
                        + "column '" + complaint.field() + "': " + Complaints.problem(complaint),
                List.of(error),
                complaint);
    }
}
