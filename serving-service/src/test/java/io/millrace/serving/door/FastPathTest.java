package io.millrace.serving.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.common.error.PlatformException;
import io.millrace.serving.route.RouteTable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.MultiMap;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FastPathTest {

    private static final String PATH = "/echo/a";

    private final DoorCalls calls = new DoorCalls(
            List.of(() -> List.of(new DoorPath("/echo/{}", FastPathTest::echo))),
            new RouteTable(),
            new DoorTimes(new SimpleMeterRegistry()),
            config(),
            new MemorySize(BigInteger.valueOf(1000)));
    private final LongAdder answered = new LongAdder();
    /** What came to where Vert.x is. */
    private final List<Object> elsewhere = new ArrayList<>();

    private final EmbeddedChannel channel = new EmbeddedChannel(new HttpResponseEncoder());
    private final FastPath path = new FastPath(
            calls, "Bearer good"::equals, answered, channel.pipeline().context(HttpResponseEncoder.class));

    FastPathTest() {
        channel.pipeline().addLast(path, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                elsewhere.add(message);
            }
        });
        calls.cost(calls.match(PATH).orElseThrow(), 1);
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
                // No call here takes so long, however busy the machine is.
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

    private static HttpRequest request(String body) {
        HttpRequest request =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, PATH, HeadersMultiMap.httpHeaders());
        request.headers()
                .set("Host", "h")
                .set("Authorization", "Bearer good")
                .set("Content-Length", Integer.toString(body.length()));
        return request;
    }

    private HttpRequest send(String body) {
        HttpRequest request = request(body);
        send(request, body);
        return request;
    }

    private void send(HttpRequest request, String body) {
        channel.writeOneInbound(request);
        channel.writeOneInbound(new DefaultLastHttpContent(Unpooled.copiedBuffer(body, StandardCharsets.UTF_8)));
        channel.flushInbound();
    }

    /** Vert.x answers a request. */
    private void answerElsewhere() {
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT));
    }

    private String sent() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            all.append(bytes.toString(StandardCharsets.UTF_8));
            bytes.release();
        }
        return all.toString();
    }

    /** As after a first request that Vert.x has answered. */
    private void open() {
        path.begun((MultiMap) send("first").headers());
        answerElsewhere();
        sent();
        elsewhere.clear();
    }

    @Test
    void answersOnceVertxIsKnownToHaveNothing() {
        HttpRequest first = send("first");
        assertThat(elsewhere).hasSize(2);
        path.begun((MultiMap) first.headers());
        send("second");
        answerElsewhere();
        send("third");
        assertThat(elsewhere).hasSize(6);
        answerElsewhere();
        answerElsewhere();
        sent();

        send("fourth");

        assertThat(elsewhere).hasSize(6);
        assertThat(sent())
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\ncontent-type: application/json\r\n")
                .contains("\r\ncontent-length: 8\r\n")
                .containsIgnoringCase("\r\nX-Content-Type-Options: nosniff\r\n")
                .containsPattern("\r\nX-Request-Id: [0-9a-f-]{36}\r\n")
                .endsWith("\r\n\r\n<fourth>");
        assertThat(answered.sum()).isEqualTo(1);
    }

    @Test
    void leavesAllToVertxWhileMoreMayWaitThere() {
        HttpRequest first = send("first");
        send("second");
        path.begun((MultiMap) first.headers());
        answerElsewhere();
        answerElsewhere();

        send("third");

        assertThat(elsewhere).hasSize(6);
    }

    @Test
    void leavesToVertxWhatIsNotPlain() {
        open();
        List<Consumer<HttpRequest>> unusual = List.of(
                request -> request.setMethod(HttpMethod.PUT),
                request -> request.setUri("/echo/b"),
                request -> request.setUri(PATH + "?x"),
                request -> request.setProtocolVersion(HttpVersion.HTTP_1_0),
                request -> request.headers().set("Connection", "close"),
                request -> request.headers().set("Expect", "100-continue"),
                request -> request.headers().set("Transfer-Encoding", "chunked"),
                request -> request.headers().remove("Host"),
                request -> request.headers().remove("Content-Length"),
                request -> request.headers().set("Content-Length", "x"),
                request -> request.headers().set("Content-Length", "101"),
                request -> request.headers().set("Authorization", "Bearer bad"),
                request -> request.headers().remove("Authorization"));

        for (Consumer<HttpRequest> change : unusual) {
            elsewhere.clear();
            HttpRequest request = request("x");
            change.accept(request);
            send(request, "x");
            assertThat(elsewhere).as("%s", request).hasSize(2);
            answerElsewhere();
            sent();
        }
        elsewhere.clear();
        HttpRequest usual = request("x");
        usual.headers().set("Connection", "Keep-Alive");
        send(usual, "x");
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void leavesAModelThatTakesLongToVertx() {
        open();
        calls.cost(calls.match(PATH).orElseThrow(), Duration.ofMinutes(1).toNanos());

        send("slow");

        assertThat(elsewhere).hasSize(2);
    }

    @Test
    void doesNotTakeAnInterimAnswerForTheAnswer() {
        open();
        HttpRequest asking = request("x");
        asking.headers().set("Expect", "100-continue");
        send(asking, "x");
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));

        send("next");
        assertThat(elsewhere).hasSize(4);
    }

    @Test
    void saysWhatIsWrong() {
        open();

        send("wrong");
        assertThat(sent())
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .contains("Content-Type: application/problem+json\r\n")
                .contains("\"instance\":\"/echo/a\"", "it is wrong", "/field");
        send("broken");
        assertThat(sent())
                .startsWith("HTTP/1.1 500 ")
                .contains("Internal error")
                .doesNotContain("made to break");
        send("right");
        assertThat(sent()).endsWith("<right>");
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void keepsTheCallersRequestIdWhenItIsHarmless() {
        open();
        HttpRequest named = request("x");
        named.headers().set("X-Request-Id", "r-1");
        send(named, "x");
        assertThat(sent()).contains("\r\nX-Request-Id: r-1\r\n");

        HttpRequest forging = request("x");
        forging.headers().set("X-Request-Id", "r 1: x");
        send(forging, "x");
        assertThat(sent()).doesNotContain("r 1: x");
    }

    @Test
    void joinsABodyThatComesInPiecesAndLetsThemGo() {
        open();
        ByteBuf first = Unpooled.copiedBuffer("pie", StandardCharsets.UTF_8);
        channel.writeInbound(request("pieces"));
        channel.writeInbound(new DefaultHttpContent(first));
        assertThat(sent()).isEmpty();

        channel.writeInbound(new DefaultLastHttpContent(Unpooled.copiedBuffer("ces", StandardCharsets.UTF_8)));

        assertThat(sent()).endsWith("<pieces>");
        assertThat(first.refCnt()).isZero();
    }

    @Test
    void answersInOrderWhatCameAtOnce() {
        open();
        for (String body : List.of("a", "b", "c")) {
            channel.writeOneInbound(request(body));
            channel.writeOneInbound(new DefaultLastHttpContent(Unpooled.copiedBuffer(body, StandardCharsets.UTF_8)));
        }
        assertThat(channel.outboundMessages()).isEmpty();

        channel.flushInbound();

        assertThat(sent().replaceAll("(?s)HTTP.*?\r\n\r\n", "")).isEqualTo("<a><b><c>");
    }

    @Test
    void readsNoMoreFromWhoTakesNoAnswers() {
        open();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(100, 200));

        channel.writeOneInbound(request("a"));
        channel.writeOneInbound(new DefaultLastHttpContent(Unpooled.copiedBuffer("a", StandardCharsets.UTF_8)));
        assertThat(channel.config().isAutoRead()).isFalse();

        channel.flushInbound();
        assertThat(channel.config().isAutoRead()).isTrue();
    }
}
