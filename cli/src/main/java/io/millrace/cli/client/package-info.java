/** Calls to a running platform. */
@NullMarked
package io.millrace.cli.client;

import org.jspecify.annotations.NullMarked;
