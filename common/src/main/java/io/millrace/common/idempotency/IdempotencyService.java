package io.millrace.common.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.idempotency.IdempotencyStore.Stored;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries a command out once, however often it is sent with the same key. */
@ApplicationScoped
public class IdempotencyService {

    /** Name of the request header. */
    public static final String HEADER = "Idempotency-Key";

    private static final int MAX_LENGTH = 200;
    private static final int KEPT_DAYS = 30;

    private final IdempotencyStore store;
    private final ObjectMapper json;

    IdempotencyService(IdempotencyStore store, ObjectMapper json) {
        this.store = store;
        this.json = json;
    }

    /**
     * Runs {@code command} in the current transaction and keeps its answer under the key; when the key was used before, gives
     * the kept answer and runs nothing. Without a key the command just runs.
     *
     * @param operation what the key counts for, such as {@code createVersion}
     * @param request the command's content; the same key with another content is refused
     * @param type class of the answer, to read it back
     */
    @Transactional
    public <T> T once(String operation, @Nullable String key, Object request, Class<T> type, Supplier<T> command) {
        if (key == null) {
            return command.get();
        }
        if (key.isBlank() || key.length() > MAX_LENGTH) {
            throw PlatformException.invalid("/" + HEADER, "must be 1 to " + MAX_LENGTH + " characters");
        }
        String hash = hash(request);
        if (!store.reserve(operation, key, hash)) {
            return earlier(operation, key, hash, type);
        }
        T answer = command.get();
        store.complete(operation, key, write(answer));
        return answer;
    }

    private <T> T earlier(String operation, String key, String hash, Class<T> type) {
        Optional<Stored> stored = store.find(operation, key);
        if (stored.isPresent() && !stored.get().requestHash().equals(hash)) {
            throw new PlatformException(
                    ErrorCode.UNPROCESSABLE, "The " + HEADER + " was used before with another request: " + key);
        }
        String response = stored.map(Stored::response).orElse(null);
        if (response == null) {
            throw PlatformException.conflict("A request with this " + HEADER + " is under way: " + key);
        }
        try {
            return json.readValue(response, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the kept answer of " + operation + " cannot be read", e);
        }
    }

    /** Forgets keys older than thirty days; answers how many. */
    @Transactional
    public int purge() {
        return store.purge(KEPT_DAYS);
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer cannot be written as JSON", e);
        }
    }

    private String hash(Object request) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(write(request).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
