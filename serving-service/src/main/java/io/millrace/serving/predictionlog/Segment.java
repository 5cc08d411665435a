package io.millrace.serving.predictionlog;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of the spool: records of length, CRC-32C and bytes, read from the front while they are appended at the back. Guarded by
 * its {@link Spool}, but for {@link #read}, which the taking thread does beside those that append.
 */
final class Segment implements Closeable {

    static final int HEADER = 8;

    /** Longer than any line: a request's body is at most 10 MB. */
    static final int MAX_RECORD = 64 << 20;

    private static final int CHUNK = 1 << 18;

    private final Path file;
    /** Not a channel: an interrupted thread would close that for all. */
    private final RandomAccessFile out;

    private final FileChannel in;
    /** Where each record that was read ends; of the taking thread. */
    private final List<Long> ends = new ArrayList<>();

    private long end;
    private long position;
    private int unread;
    private int damaged;

    private Segment(Path file, RandomAccessFile out, FileChannel in) {
        this.file = file;
        this.out = out;
        this.in = in;
    }

    static Segment create(Path file) throws IOException {
        Files.createFile(file);
        return open(file);
    }

    private static Segment open(Path file) throws IOException {
        RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw");
        try {
            return new Segment(file, out, FileChannel.open(file, StandardOpenOption.READ));
        } catch (IOException e) {
            out.close();
            throw e;
        }
    }

    /** A segment that another process left: what a crash cut off at its end is left out. */
    static Segment recover(Path file) throws IOException {
        Segment segment = open(file);
        try {
            segment.scan();
        } catch (IOException e) {
            segment.close();
            throw e;
        }
        return segment;
    }

    private void scan() throws IOException {
        long size = in.size();
        while (end < size) {
            int length = length(end, size);
            if (length < 0) {
                damaged++;
                break;
            }
            ByteBuffer record = bytes(end, HEADER + length);
            if (record(record) != null) {
                unread++;
            } else {
                damaged++;
            }
            end += HEADER + length;
        }
        out.seek(end);
    }

    /** Length of the record at a place, or -1 when there is no whole one. */
    private int length(long at, long size) throws IOException {
        if (at + HEADER > size) {
            return -1;
        }
        int length = bytes(at, 4).getInt();
        return length <= 0 || length > MAX_RECORD || at + HEADER + length > size ? -1 : length;
    }

    private ByteBuffer bytes(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (in.read(bytes, at + bytes.position()) < 0) {
                throw new IOException("the spool file " + file.getFileName() + " is shorter than it was");
            }
        }
        return bytes.flip();
    }

    /** The record that the bytes begin with, which are moved past it; null when it is damaged. */
    private static byte @Nullable [] record(ByteBuffer bytes) {
        byte[] record = new byte[bytes.getInt()];
        int expected = bytes.getInt();
        bytes.get(record);
        return checksum(record) == expected ? record : null;
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }

    /** Appends all or none. */
    void append(List<byte[]> records) throws IOException {
        int total = 0;
        for (byte[] record : records) {
            total += HEADER + record.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(total);
        for (byte[] record : records) {
            bytes.putInt(record.length).putInt(checksum(record)).put(record);
        }
        try {
            out.write(bytes.array());
        } catch (IOException e) {
            // What was written of it is overwritten by the next.
            out.seek(end);
            throw e;
        }
        end += total;
        unread += records.size();
    }

    /**
     * The next records without taking them; those of the call before are forgotten.
     *
     * @param max most records in {@code into}, to which they are added
     * @param until the segment's {@link #bytes} of a while ago
     */
    void read(int max, long until, List<byte[]> into) throws IOException {
        ends.clear();
        long at = position;
        int size = CHUNK;
        while (at < until && into.size() < max) {
            ByteBuffer chunk = bytes(at, (int) Math.min(size, until - at));
            size = CHUNK;
            while (into.size() < max && chunk.remaining() >= HEADER) {
                int length = HEADER + chunk.getInt(chunk.position());
                if (chunk.remaining() < length) {
                    size = Math.max(CHUNK, length);
                    break;
                }
                byte[] record = record(chunk);
                at += length;
                if (record != null) {
                    into.add(record);
                    ends.add(at);
                }
            }
        }
    }

    /** Takes records that were read. */
    void take(int count) {
        position = ends.get(count - 1);
        ends.subList(0, count).clear();
        unread -= count;
    }

    int unread() {
        return unread;
    }

    int damaged() {
        return damaged;
    }

    long bytes() {
        return end;
    }

    /** Makes what was appended outlive the machine as well. */
    void force() throws IOException {
        out.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        try (in) {
            out.close();
        }
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(file);
    }
}
