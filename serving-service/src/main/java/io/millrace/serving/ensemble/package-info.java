/**
 * Several models that answer as one: {@link io.millrace.serving.ensemble.EnsembleModel} is itself a model, so an arm, a
 * cache or a batch treats it as any other. Built by {@code route} from models that {@code model} has loaded.
 */
@NullMarked
package io.millrace.serving.ensemble;

import org.jspecify.annotations.NullMarked;
