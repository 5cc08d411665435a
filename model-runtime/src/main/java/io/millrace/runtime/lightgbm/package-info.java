/** LightGBM's text models, read and run in plain Java. */
@NullMarked
package io.millrace.runtime.lightgbm;

import org.jspecify.annotations.NullMarked;
