/**
 * Training pipelines as YAML: read, checked, kept by revision. Owns {@code pipeline.definition}.
 */
@NullMarked
package io.millrace.pipeline.definition;

import org.jspecify.annotations.NullMarked;
