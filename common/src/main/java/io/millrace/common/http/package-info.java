/** Request ids, security headers, body limits, paging by key. */
@NullMarked
package io.millrace.common.http;

import org.jspecify.annotations.NullMarked;
