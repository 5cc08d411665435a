/** What the tests of every module share: a store, tokens, a clock, the layering rules. */
@NullMarked
package io.millrace.common.testing;

import org.jspecify.annotations.NullMarked;
