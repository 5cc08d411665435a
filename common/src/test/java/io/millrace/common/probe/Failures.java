package io.millrace.common.probe;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.error.StoreFailure;
import jakarta.ws.rs.ProcessingException;
import java.sql.SQLException;

/** Every way to fail. */
final class Failures {

    private Failures() {}

    static String fail(String how) {
        throw switch (how) {
            case "notfound" -> PlatformException.notFound("model", "m");
            case "exists" -> PlatformException.alreadyExists("model", "m");
            case "stale" -> new PlatformException(ErrorCode.STALE_VERSION, "changed meanwhile");
            case "invalid" -> PlatformException.invalid("/arms/0/weight", "must be positive");
            case "lost" -> StoreFailure.of("read", new SQLException("gone", "57P01"));
            case "wrapped" -> new IllegalStateException(PlatformException.conflict("inner"));
            case "upstream" -> new ProcessingException("connection refused to 10.0.0.1");
            case "sql" -> StoreFailure.of("read", new SQLException("relation \"secret\" does not exist", "42P01"));
            default -> new IllegalStateException("secret inner state", new SQLException("secret cause"));
        };
    }
}
