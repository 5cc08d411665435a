package io.millrace.runtime.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/** A few direct buffers for reuse: ONNX Runtime reads them in place, and allocating one costs more than a small prediction. */
final class FloatBuffers {

    private static final int KEPT = 16;
    private static final int MAX_KEPT_FLOATS = 1 << 18;

    private final ArrayBlockingQueue<FloatBuffer> free = new ArrayBlockingQueue<>(KEPT);

    /** A buffer with position 0 and the limit at {@code floats}. */
    FloatBuffer take(int floats) {
        FloatBuffer buffer = free.poll();
        if (buffer == null || buffer.capacity() < floats) {
            int capacity = floats <= MAX_KEPT_FLOATS
                    ? Math.max(64, Integer.highestOneBit(Math.max(1, floats - 1)) * 2)
                    : floats;
            buffer = ByteBuffer.allocateDirect(Math.multiplyExact(capacity, 4))
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        }
        buffer.clear().limit(floats);
        return buffer;
    }

    /** Gives a buffer back. A full pool or a very large buffer leaves it to the garbage collector. */
    void give(FloatBuffer buffer) {
        if (buffer.capacity() <= MAX_KEPT_FLOATS) {
            boolean kept = free.offer(buffer);
            assert kept || free.remainingCapacity() >= 0;
        }
    }
}
