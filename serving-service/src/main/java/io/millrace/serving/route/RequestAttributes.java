package io.millrace.serving.route;

import org.jspecify.annotations.Nullable;

/** What rules may ask about a request. Read only where a rule asks. */
public interface RequestAttributes {

    /**
     * The value of a column as text; null when the rows carry none.
     *
     * @throws io.millrace.common.error.PlatformException when the rows differ in it: a request has one arm
     */
    @Nullable
    String column(String name);

    /** The value of a header; null when it was not sent. */
    @Nullable
    String header(String name);
}
