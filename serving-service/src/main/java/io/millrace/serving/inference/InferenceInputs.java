package io.millrace.serving.inference;

import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.RowsLayout;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rows of a request, in the protocol's own form. Used by one thread at a time. */
public interface InferenceInputs {

    /** Number of rows. */
    int size();

    /**
     * The key that the rows carry in a column; null when they carry none.
     *
     * @throws PlatformException when the rows carry different keys: one request has one arm
     */
    @Nullable
    String key(String column);

    /**
     * The rows as a signature asks; called again for the shadow, whose signature may differ.
     *
     * @param layout of the signature's inputs
     * @param known columns that some arm of the endpoint reads; another one is a mistake, most likely in its name
     * @throws SignatureException naming the column, the row and what was expected
     */
    CheckedRows read(Signature signature, RowsLayout layout, Set<String> known);

    /** The same complaint in the words of the protocol. */
    PlatformException refused(SignatureException complaint);
}
