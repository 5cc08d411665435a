/**
 * Step 9 of 10, where a model's policy asks for more than one pair of eyes. A promotion is the wish that a protected alias
 * point to a version; approvals carry it out. Owns {@code promotion_request} and {@code promotion_step}.
 */
@NullMarked
package io.millrace.registry.promotion;

import org.jspecify.annotations.NullMarked;
