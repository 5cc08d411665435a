package io.millrace.serving.door;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.common.error.PlatformException;
import io.millrace.serving.route.RouteTable;
import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Calls that answer with the body they got; of up to 10 s they are quick, bodies of up to 100 bytes small, of up to 1000 allowed. */
final class EchoDoor {

    /** A path that was matched and is known to be quick. */
    static final String PATH = "/echo/a";

    private EchoDoor() {}

    static DoorCalls calls() {
        DoorCalls calls = new DoorCalls(
                List.of(() -> List.of(new DoorPath("/echo/{}", EchoDoor::echo))),
                new RouteTable(),
                new DoorTimes(new SimpleMeterRegistry()),
                config(),
                new MemorySize(BigInteger.valueOf(1000)));
        calls.cost(calls.match(PATH).orElseThrow(), 1);
        return calls;
    }

    private static DoorAnswer echo(DoorRequest request) {
        String body = new String(request.body(), StandardCharsets.UTF_8);
        if (body.startsWith("wrong")) {
            throw PlatformException.invalid("/field", "it is wrong");
        }
        if (body.startsWith("broken")) {
            throw new IllegalStateException("made to break");
        }
        return DoorAnswer.json(("<" + body + ">").getBytes(StandardCharsets.UTF_8));
    }

    private static DoorConfig config() {
        return new DoorConfig() {
            @Override
            public Duration inlineBound() {
                return Duration.ofSeconds(10);
            }

            @Override
            public MemorySize inlineBody() {
                return new MemorySize(BigInteger.valueOf(100));
            }

            @Override
            public boolean fastPath() {
                return true;
            }

            @Override
            public MemorySize compressFrom() {
                return new MemorySize(BigInteger.valueOf(1 << 20));
            }
        };
    }
}
