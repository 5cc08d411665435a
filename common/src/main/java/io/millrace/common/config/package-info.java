/** Checks of settings before a service listens. */
@NullMarked
package io.millrace.common.config;

import org.jspecify.annotations.NullMarked;
