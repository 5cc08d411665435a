package io.millrace.runtime.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;

/** A few direct buffers for reuse, safe for concurrent use: native libraries read them in place, and allocating one costs more than a small prediction. */
public final class DirectBuffers {

    private static final int KEPT = 16;
    private static final int MAX_KEPT = 1 << 20;
    private static final int LEAST = 256;

    private final ArrayBlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(KEPT);

    /** A buffer in the machine's byte order with position 0 and the limit at {@code bytes}; what it holds is left over. */
    public ByteBuffer take(int bytes) {
        ByteBuffer buffer = free.poll();
        if (buffer == null || buffer.capacity() < bytes) {
            int capacity =
                    bytes <= MAX_KEPT ? Math.max(LEAST, Integer.highestOneBit(Math.max(1, bytes - 1)) * 2) : bytes;
            buffer = ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
        }
        buffer.clear().limit(bytes);
        return buffer;
    }

    /** Gives a buffer back. A full pool or a very large buffer leaves it to the garbage collector. */
    public void give(ByteBuffer buffer) {
        if (buffer.capacity() <= MAX_KEPT) {
            boolean kept = free.offer(buffer);
            assert kept || free.remainingCapacity() >= 0;
        }
    }
}
