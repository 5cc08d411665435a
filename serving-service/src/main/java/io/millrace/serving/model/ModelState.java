package io.millrace.serving.model;

import java.util.function.Function;
import java.util.function.Supplier;

/** How far a version is in this process. */
public sealed interface ModelState {

    /** Being fetched, checked, loaded or warmed up. */
    record Loading() implements ModelState {
        @Override
        public <T> T fold(Supplier<T> loading, Function<Ready, T> ready, Function<Failed, T> failed) {
            return loading.get();
        }
    }

    /** Loaded and warm. */
    record Ready(ModelHandle handle) implements ModelState {
        @Override
        public <T> T fold(Supplier<T> loading, Function<Ready, T> ready, Function<Failed, T> failed) {
            return ready.apply(this);
        }
    }

    /** Could not be loaded; tried again after a pause. The detail is written for people. */
    record Failed(String detail) implements ModelState {
        @Override
        public <T> T fold(Supplier<T> loading, Function<Ready, T> ready, Function<Failed, T> failed) {
            return failed.apply(this);
        }
    }

    /** The result for the case this is. */
    <T> T fold(Supplier<T> loading, Function<Ready, T> ready, Function<Failed, T> failed);
}
