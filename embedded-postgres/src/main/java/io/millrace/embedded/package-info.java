/** PostgreSQL for laptops and tests: start, adopt or refuse, stop. Never in a service's class path. */
@NullMarked
package io.millrace.embedded;

import org.jspecify.annotations.NullMarked;
