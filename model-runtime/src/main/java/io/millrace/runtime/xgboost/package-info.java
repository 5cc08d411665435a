/**
 * XGBoost's own JSON and UBJ files, read and run in plain Java: the native library crashes the process on damaged bytes and
 * takes ten times as long for a single row.
 */
@NullMarked
package io.millrace.runtime.xgboost;

import org.jspecify.annotations.NullMarked;
