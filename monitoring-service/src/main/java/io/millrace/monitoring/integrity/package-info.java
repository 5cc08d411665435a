/** Alerts about versions that serving refuses because their files are not those that were signed. */
@NullMarked
package io.millrace.monitoring.integrity;

import org.jspecify.annotations.NullMarked;
