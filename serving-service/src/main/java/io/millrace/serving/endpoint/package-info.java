/**
 * Endpoints and their arms as people define them. Owns {@code serving.endpoint} and {@code serving.arm}; says what is
 * wanted, while {@code route} says what is served. Called by people, the pipeline's deploy step and {@code route}.
 */
@NullMarked
package io.millrace.serving.endpoint;

import org.jspecify.annotations.NullMarked;
