package io.millrace.serving.door;

import io.millrace.common.http.BodySize;
import io.millrace.common.http.ErrorAnswer;
import io.millrace.common.http.RequestId;
import io.millrace.common.http.SecurityHeaders;
import io.millrace.serving.door.DoorPath.Matched;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.MultiMap;
import io.vertx.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Answers the short calls of one HTTP/1.1 connection right where its requests are decoded. Whatever is not plainly such a call
 * goes on to Vert.x: another path, a token that is not in memory, a body that is large or of unknown size, a model that takes
 * long or waits. While Vert.x has a request of this connection, all others follow it, so that answers keep the order of
 * their requests. Used by the connection's event loop alone.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes the connection, which Vert.x sees.
final class FastPath extends ChannelDuplexHandler {

    private static final int UNKNOWN = -1;
    private static final String OK = begin(HttpResponseStatus.OK);

    private final DoorCalls calls;
    private final Predicate<@Nullable String> mayPredict;
    private final LongAdder answered;
    /** Answers are written as bytes, so past the encoder. */
    private final ChannelHandlerContext encoder;

    /** Of the request that was handed on last. */
    private @Nullable HttpHeaders last;
    /** Requests that Vert.x has not answered. */
    private int elsewhere = UNKNOWN;

    private @Nullable Taken taken;
    private boolean unflushed;
    private boolean halted;

    /**
     * @param mayPredict of the value of an Authorization header
     * @param encoder of the same pipeline, before this handler
     */
    FastPath(
            DoorCalls calls,
            Predicate<@Nullable String> mayPredict,
            LongAdder answered,
            ChannelHandlerContext encoder) {
        this.calls = calls;
        this.mayPredict = mayPredict;
        this.answered = answered;
        this.encoder = encoder;
    }

    /** A request that is answered here, and what has come of its body. */
    private static final class Taken {

        private final Matched matched;
        private final MultiMap headers;
        private final byte[] body;
        private final long began = System.nanoTime();
        private int length;

        Taken(Matched matched, MultiMap headers, int length) {
            this.matched = matched;
            this.headers = headers;
            this.body = new byte[length];
        }

        void add(ByteBuf bytes) {
            int count = bytes.readableBytes();
            bytes.readBytes(body, length, count);
            length += count;
        }
    }

    /**
     * Vert.x begins with a request, so it has answered all that came before. If none came after it, it is the only one there.
     *
     * @param headers the request's own
     */
    void begun(MultiMap headers) {
        if (elsewhere == UNKNOWN && last == headers) {
            elsewhere = 1;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            taken = message instanceof HttpContent ? null : take(request);
            if (taken != null) {
                return;
            }
            last = request.headers();
            if (elsewhere != UNKNOWN) {
                elsewhere++;
            }
        } else if (taken != null && message instanceof HttpContent content) {
            read(context, taken, content);
            return;
        }
        context.fireChannelRead(message);
    }

    /** Null when the request is not one of those that are answered here. */
    private @Nullable Taken take(HttpRequest request) {
        if (elsewhere != 0
                || !request.decoderResult().isSuccess()
                || !HttpMethod.POST.equals(request.method())
                || !HttpVersion.HTTP_1_1.equals(request.protocolVersion())) {
            return null;
        }
        Matched matched = calls.recent(request.uri());
        HttpHeaders headers = request.headers();
        if (matched == null || !(headers instanceof MultiMap fields) || !plain(headers)) {
            return null;
        }
        long length = BodySize.declared(fields);
        boolean ours = length >= 0
                && calls.small(length)
                && calls.quick(matched)
                && mayPredict.test(headers.get(HttpHeaderNames.AUTHORIZATION));
        return ours ? new Taken(matched, fields, (int) length) : null;
    }

    /** Whether connection and body are the usual ones. */
    private static boolean plain(HttpHeaders headers) {
        String connection = headers.get(HttpHeaderNames.CONNECTION);
        return (connection == null || HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(connection))
                && headers.contains(HttpHeaderNames.HOST)
                && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                && !headers.contains(HttpHeaderNames.EXPECT);
    }

    private void read(ChannelHandlerContext context, Taken request, HttpContent content) {
        try {
            if (!content.decoderResult().isSuccess()) {
                taken = null;
                context.close();
                return;
            }
            request.add(content.content());
        } finally {
            content.release();
        }
        if (content instanceof LastHttpContent) {
            taken = null;
            answer(context, request);
        }
    }

    private void answer(ChannelHandlerContext context, Taken request) {
        String requestId = RequestId.keptOrMade(request.headers.get(RequestId.HEADER));
        long started = System.nanoTime();
        HttpResponseStatus status = HttpResponseStatus.OK;
        StringBuilder head = new StringBuilder(400);
        Map<String, String> headers;
        byte[] body;
        try {
            DoorAnswer answer = calls.answer(request.matched, request.headers, request.body, requestId);
            calls.cost(request.matched, System.nanoTime() - started);
            head.append(OK);
            line(head, HttpHeaderNames.CONTENT_TYPE, answer.contentType());
            headers = answer.headers();
            body = answer.body();
        } catch (RuntimeException e) {
            ErrorAnswer error = ErrorAnswer.of(request.matched.sent(), requestId, e);
            status = HttpResponseStatus.valueOf(error.status());
            head.append(begin(status));
            headers = error.headers();
            body = Json.encodeToBuffer(error.body()).getBytes();
        }
        line(head, RequestId.HEADER, requestId);
        headers.forEach((name, value) -> line(head, name, value));
        line(head, HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
        // As bytes at once: one character after the other costs more than all else here. Values hold no other than
        // Latin 1.
        write(context, head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1), body);
        calls.count(
                io.vertx.core.http.HttpMethod.POST, request.matched, status.code(), System.nanoTime() - request.began);
        answered.increment();
    }

    /** Status line, and the headers that every answer has. */
    private static String begin(HttpResponseStatus status) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append("\r\n");
        SecurityHeaders.give("", (name, value) -> line(head, name, value));
        return head.toString();
    }

    private static void line(StringBuilder head, CharSequence name, CharSequence value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private void write(ChannelHandlerContext context, byte[] head, byte[] body) {
        ByteBuf out = context.alloc().directBuffer(head.length + body.length);
        out.writeBytes(head);
        out.writeBytes(body);
        encoder.write(out, encoder.voidPromise());
        unflushed = true;
        if (!context.channel().isWritable()) {
            // Whoever asks without reading answers must not fill the memory with them.
            halted = true;
            context.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (unflushed) {
            unflushed = false;
            encoder.flush();
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (halted && context.channel().isWritable()) {
            halted = false;
            context.channel().config().setAutoRead(true);
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        boolean interim = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (elsewhere > 0 && message instanceof LastHttpContent && !interim) {
            // Not before it is written: a handler between here and the encoder may keep it for a while.
            context.write(message, promise.unvoid().addListener(written -> elsewhere--));
        } else {
            context.write(message, promise);
        }
    }
}
