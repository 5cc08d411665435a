package io.millrace.serving.inference;

import io.millrace.common.error.PlatformException;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of a request, in the protocol's own form. Used by one thread. */
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
     * The rows by column name; called again for the shadow, whose signature may differ.
     *
     * @throws SignatureException when they cannot be read as rows of this signature
     */
    List<Map<String, @Nullable Object>> rows(Signature signature);

    /** The same complaint in the words of the protocol. */
    PlatformException refused(SignatureException complaint);
}
