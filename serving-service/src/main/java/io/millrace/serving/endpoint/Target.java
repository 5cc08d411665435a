package io.millrace.serving.endpoint;

import java.util.function.Function;

/** Which version of its model an arm serves. */
public sealed interface Target {

    /** Whatever version the alias points to, followed as it moves. */
    record Alias(String alias) implements Target {
        @Override
        public <T> T fold(Function<Alias, T> alias, Function<Version, T> version) {
            return alias.apply(this);
        }
    }

    /** One version, for good. */
    record Version(int number) implements Target {
        @Override
        public <T> T fold(Function<Alias, T> alias, Function<Version, T> version) {
            return version.apply(this);
        }
    }

    /** The result for the case this is. */
    <T> T fold(Function<Alias, T> alias, Function<Version, T> version);
}
