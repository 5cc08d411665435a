package io.millrace.registry.webhook;

import io.millrace.registry.webhook.WebhookAttempt.Result;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends one message, once. It connects to the very address that was checked, so that a name which leads elsewhere a moment
 * later changes nothing; the certificate must still be that of the name. Redirects are not followed.
 */
@ApplicationScoped
class WebhookSender {

    private static final int KEPT_BYTES = 4000;
    private static final int KEPT_CHARACTERS = 1000;
    private static final int MAX_POOL = 200;
    private static final int MAX_RETRY_AFTER_SECONDS = 3600;

    private final Destinations destinations;
    private final Clock clock;
    private final Duration timeout;
    private final HttpClient client;

    WebhookSender(Vertx vertx, Destinations destinations, WebhookConfig config, Clock clock) {
        this.destinations = destinations;
        this.clock = clock;
        this.timeout = config.timeout();
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setKeepAlive(false)
                .setMaxPoolSize(MAX_POOL)
                .setConnectTimeout((int) timeout.toMillis())
                .setVerifyHost(true));
    }

    @PreDestroy
    void close() {
        client.close();
    }

    /** Must not be called on an event loop or in a transaction: it takes as long as the receiver does, up to the timeout. */
    WebhookAttempt send(String url, @Nullable String secret, UUID deliveryId, String body) {
        long start = System.nanoTime();
        return destinations
                .find(url)
                .fold(
                        allowed -> send(allowed, secret, deliveryId.toString(), body, start),
                        refused -> failed(Result.HOPELESS, "the URL " + refused.reason(), start),
                        unknown -> failed(Result.WORTH_ANOTHER_TRY, "the URL " + unknown.reason(), start));
    }

    private WebhookAttempt send(
            Destination.Allowed to, @Nullable String secret, String deliveryId, String body, long start) {
        long seconds = clock.instant().getEpochSecond();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(to.server(), to.port())))
                .setHost(to.host())
                .setPort(to.port())
                .setSsl(to.encrypted())
                .setURI(to.pathAndQuery())
                .setFollowRedirects(false)
                .putHeader("Content-Type", "application/json")
                .putHeader("User-Agent", "millrace-webhook")
                .putHeader("X-MLflow-Delivery-Id", deliveryId)
                .putHeader("X-MLflow-Timestamp", Long.toString(seconds));
        if (secret != null) {
            options.putHeader("X-MLflow-Signature", WebhookSignature.of(secret, deliveryId, seconds, body));
        }
        AtomicReference<HttpClientRequest> sent = new AtomicReference<>();
        Future<Answer> answer = client.request(options)
                .compose(request -> {
                    sent.set(request);
                    return request.send(Buffer.buffer(body));
                })
                .compose(WebhookSender::read);
        try {
            Answer received =
                    answer.toCompletionStage().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return judge(received, start);
        } catch (TimeoutException e) {
            HttpClientRequest request = sent.get();
            if (request != null) {
                request.reset();
            }
            return failed(Result.WORTH_ANOTHER_TRY, "no answer within " + timeout.toMillis() + " ms", start);
        } catch (ExecutionException e) {
            return failed(Result.WORTH_ANOTHER_TRY, innermost(e), start);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(Result.WORTH_ANOTHER_TRY, "interrupted", start);
        }
    }

    /** The innermost cause says what was wrong, such as a certificate. */
    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        for (Throwable next = cause.getCause(); next != null; next = next.getCause()) {
            cause = next;
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    private record Answer(int status, String body, @Nullable String retryAfter) {}

    /** Reads the beginning of an answer; one without end is cut off. */
    private static Future<Answer> read(HttpClientResponse response) {
        Promise<Answer> promise = Promise.promise();
        Buffer kept = Buffer.buffer();
        Runnable done = () -> promise.tryComplete(
                new Answer(response.statusCode(), shorten(kept), response.getHeader("Retry-After")));
        response.handler(part -> {
            kept.appendBuffer(part.slice(0, Math.min(part.length(), KEPT_BYTES - kept.length())));
            if (kept.length() >= KEPT_BYTES) {
                done.run();
                response.request().reset();
            }
        });
        response.endHandler(end -> done.run());
        response.exceptionHandler(broken -> done.run());
        return promise.future();
    }

    private static String shorten(Buffer kept) {
        String text = new String(kept.getBytes(), StandardCharsets.UTF_8).replace("\0", "");
        return text.length() > KEPT_CHARACTERS ? text.substring(0, KEPT_CHARACTERS) : text;
    }

    private static WebhookAttempt judge(Answer answer, long start) {
        int status = answer.status();
        if (status >= 200 && status < 300) {
            return new WebhookAttempt(Result.DELIVERED, status, answer.body(), null, millis(start), null);
        }
        boolean temporary = status == 408 || status == 429 || status >= 500;
        String error = "HTTP " + status + (status >= 300 && status < 400 ? ", redirects are not followed" : "");
        return new WebhookAttempt(
                temporary ? Result.WORTH_ANOTHER_TRY : Result.HOPELESS,
                status,
                answer.body(),
                error,
                millis(start),
                retryAfter(answer.retryAfter()));
    }

    /** Only the form in seconds is read, and never more than an hour. */
    private static @Nullable Duration retryAfter(@Nullable String header) {
        if (header == null || !header.strip().matches("\\d{1,9}")) {
            return null;
        }
        return Duration.ofSeconds(Math.min(MAX_RETRY_AFTER_SECONDS, Long.parseLong(header.strip())));
    }

    private static WebhookAttempt failed(Result result, String error, long start) {
        return new WebhookAttempt(result, null, "", error, millis(start), null);
    }

    private static long millis(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
