/**
 * What is watched for an endpoint: window width, limits, and what an alert may start. Owns {@code monitoring.monitor}.
 */
@NullMarked
package io.millrace.monitoring.monitor;

import org.jspecify.annotations.NullMarked;
