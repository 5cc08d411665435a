package io.millrace.serving.door;

import java.util.Map;

/**
 * An answer 200.
 *
 * @param headers besides Content-Type and Content-Length
 * @param body not copied
 */
@SuppressWarnings("ArrayRecordComponent")
public record DoorAnswer(String contentType, Map<String, String> headers, byte[] body) {

    public static DoorAnswer json(byte[] body) {
        return new DoorAnswer("application/json", Map.of(), body);
    }
}
