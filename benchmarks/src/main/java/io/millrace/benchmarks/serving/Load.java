package io.millrace.benchmarks.serving;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/**
 * Connections that each send the same HTTP request again as soon as it is answered, all by the calling thread, so that the load
 * costs the machine little. Bounded in time; speaks to the loopback address only.
 */
final class Load {

    private static final int MAX_SAMPLES = 4_000_000;
    private static final int MAX_ANSWER = 1 << 20;

    private final int port;
    private final byte[] request;
    private final int connections;
    private final byte[] answer = new byte[MAX_ANSWER];
    private final long[] taken = new long[MAX_SAMPLES];
    private final Queue<Connection> idle = new ArrayDeque<>();
    private int count;
    private boolean paced;

    Load(int port, String path, String token, String body, int connections) {
        this(port, path, token, body.getBytes(StandardCharsets.UTF_8), 0, connections);
    }

    /** @param json bytes of the JSON at the front of a body with binary tensors; 0: the body is all JSON */
    Load(int port, String path, String token, byte[] body, int json, int connections) {
        String head = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/"
                + (json == 0 ? "json" : "octet-stream\r\nInference-Header-Content-Length: " + json)
                + "\r\nAuthorization: Bearer " + token + "\r\nContent-Length: " + body.length + "\r\n\r\n";
        byte[] first = head.getBytes(StandardCharsets.UTF_8);
        this.port = port;
        this.request = Arrays.copyOf(first, first.length + body.length);
        System.arraycopy(body, 0, request, first.length, body.length);
        this.connections = connections;
    }

    /** Requests a second, and times of one in microseconds. */
    record Figures(double perSecond, double p50, double p99, double p999) {

        String line() {
            return String.format(
                    Locale.ROOT, "%,9.0f /s   p50 %,7.0f   p99 %,7.0f   p99.9 %,7.0f us", perSecond, p50, p99, p999);
        }
    }

    /** One connection. */
    private static final class Connection {

        private final SocketChannel channel;
        private final SelectionKey key;
        private final ByteBuffer out;
        /** Outside of the heap, as what is to be sent: Java copies any other buffer first. */
        private final ByteBuffer in = ByteBuffer.allocateDirect(MAX_ANSWER);

        private long sent;

        Connection(SocketChannel channel, Selector selector, byte[] request) throws IOException {
            this.channel = channel;
            this.key = channel.register(selector, SelectionKey.OP_READ, this);
            this.out = ByteBuffer.allocateDirect(request.length).put(request);
        }

        void send(long since) throws IOException {
            out.rewind();
            in.clear();
            sent = since;
            write();
        }

        /** Writes what the connection takes; of a large request the rest when it takes more, without a core spent on waiting. */
        private void write() throws IOException {
            channel.write(out);
            if (out.hasRemaining()) {
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            } else if (key.interestOps() != SelectionKey.OP_READ) {
                key.interestOps(SelectionKey.OP_READ);
            }
        }

        /**
         * Whether the answer is complete; any other than 200 ends the benchmark.
         *
         * @param room for an answer
         */
        boolean receive(byte[] room) throws IOException {
            if (out.hasRemaining()) {
                write();
            }
            if (channel.read(in) < 0) {
                throw new IOException("the server closed a connection");
            }
            in.get(0, room, 0, in.position());
            return AnswerHead.end(room, in.position()) <= in.position();
        }
    }

    /** Each connection asks again as soon as it is answered. */
    Figures run(double seconds) throws IOException {
        return run(seconds, 0);
    }

    /**
     * Asks at an even pace, and counts the time from the instant a request was due, also while it waits for a connection.
     *
     * @param perSecond 0: as fast as answers come
     */
    Figures run(double seconds, double perSecond) throws IOException {
        count = 0;
        paced = perSecond > 0;
        idle.clear();
        long begin = System.nanoTime();
        long end = begin + (long) (seconds * 1e9);
        long due = begin;
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                Connection connection = new Connection(channel, selector, request);
                if (paced) {
                    idle.add(connection);
                } else {
                    connection.send(System.nanoTime());
                }
            }
            while (System.nanoTime() < end) {
                if (!paced) {
                    selector.select(this::ready, 100);
                    continue;
                }
                for (; due <= System.nanoTime() && !idle.isEmpty(); due += (long) (1e9 / perSecond)) {
                    idle.remove().send(due);
                }
                if (selector.selectNow(this::ready) == 0) {
                    LockSupport.parkNanos(20_000);
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        }
        double elapsed = (System.nanoTime() - begin) / 1e9;
        long[] sorted = Arrays.copyOf(taken, Math.min(count, MAX_SAMPLES));
        Arrays.sort(sorted);
        return new Figures(count / elapsed, at(sorted, 0.5), at(sorted, 0.99), at(sorted, 0.999));
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (connection.receive(answer)) {
                long now = System.nanoTime();
                if (count < MAX_SAMPLES) {
                    taken[count] = now - connection.sent;
                }
                count++;
                if (paced) {
                    idle.add(connection);
                } else {
                    connection.send(now);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double at(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)] / 1e3;
    }
}
