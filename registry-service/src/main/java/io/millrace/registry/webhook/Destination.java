package io.millrace.registry.webhook;

import java.net.InetAddress;
import java.util.function.Function;

/** Where an address leads when it is looked up. */
sealed interface Destination {

    <R> R fold(Function<Allowed, R> allowed, Function<Refused, R> refused, Function<Unknown, R> unknown);

    /** @param server the address that was checked; the one to connect to */
    record Allowed(InetAddress server, String host, int port, boolean encrypted, String pathAndQuery)
            implements Destination {

        @Override
        public <R> R fold(Function<Allowed, R> allowed, Function<Refused, R> refused, Function<Unknown, R> unknown) {
            return allowed.apply(this);
        }
    }

    /** It may not be called. */
    record Refused(String reason) implements Destination {

        @Override
        public <R> R fold(Function<Allowed, R> allowed, Function<Refused, R> refused, Function<Unknown, R> unknown) {
            return refused.apply(this);
        }
    }

    /** Its name is not known now. */
    record Unknown(String reason) implements Destination {

        @Override
        public <R> R fold(Function<Allowed, R> allowed, Function<Refused, R> refused, Function<Unknown, R> unknown) {
            return unknown.apply(this);
        }
    }
}
