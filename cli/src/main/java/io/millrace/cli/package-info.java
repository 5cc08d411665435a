/** The launcher's commands: they read arguments, call one class, and print. */
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
