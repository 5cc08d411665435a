/** Models on another server that speaks Open Inference v2 over REST, such as MLServer or Triton. */
@NullMarked
package io.millrace.runtime.external;

import org.jspecify.annotations.NullMarked;
