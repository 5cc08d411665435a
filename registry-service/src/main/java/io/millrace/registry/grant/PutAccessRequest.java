package io.millrace.registry.grant;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** All grants of a thing in place of those before; none opens it to everybody. */
record PutAccessRequest(@Nullable List<@Nullable Grant> grants) {}
