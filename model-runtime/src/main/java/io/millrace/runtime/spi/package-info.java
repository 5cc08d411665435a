/**
 * Step 3 of 10. Comes from the router (serving), which has chosen a model version; goes to the prediction log.
 * <p>Owns what every model format agrees on: the {@link io.millrace.runtime.spi.Signature} of a model, the columnar
 * {@link io.millrace.runtime.spi.Rows} it reads, the {@link io.millrace.runtime.spi.Prediction} it gives, and the two
 * interfaces a format implements. Knows no format and no framework.
 */
@NullMarked
package io.millrace.runtime.spi;

import org.jspecify.annotations.NullMarked;
