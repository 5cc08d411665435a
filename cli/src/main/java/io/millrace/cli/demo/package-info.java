/** The closed loop, told step by step on real data. */
@NullMarked
package io.millrace.cli.demo;

import org.jspecify.annotations.NullMarked;
