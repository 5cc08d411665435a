/**
 * The Tribuo format: protobuf only, never Java serialization. Known model families are compiled to flat arrays when
 * loaded; others are asked through Tribuo.
 */
@NullMarked
package io.millrace.runtime.tribuo;

import org.jspecify.annotations.NullMarked;
