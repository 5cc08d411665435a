/** The platform on one machine: its folder, its processes, its ports, its secrets. */
@NullMarked
package io.millrace.cli.platform;

import org.jspecify.annotations.NullMarked;
