/** PMML documents, run by PMML4S. */
@NullMarked
package io.millrace.runtime.pmml;

import org.jspecify.annotations.NullMarked;
