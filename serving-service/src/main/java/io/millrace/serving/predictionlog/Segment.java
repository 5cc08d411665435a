package io.millrace.serving.predictionlog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One file of the spool: records of length, CRC-32C and bytes, read from the front while they are appended at the back.
 * Guarded by its {@link Spool}.
 */
final class Segment implements Closeable {

    static final int HEADER = 8;

    /** Longer than any line: a request's body is at most 10 MB. */
    static final int MAX_RECORD = 64 << 20;

    private final Path file;
    private final FileChannel channel;
    private long end;
    private long position;
    private int unread;
    private int damaged;

    private Segment(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static Segment create(Path file) throws IOException {
        return new Segment(
                file,
                FileChannel.open(
                        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /** A segment that another process left: what a crash cut off at its end is left out. */
    static Segment recover(Path file) throws IOException {
        Segment segment = new Segment(file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
        try {
            segment.scan();
        } catch (IOException e) {
            segment.close();
            throw e;
        }
        return segment;
    }

    private void scan() throws IOException {
        long size = channel.size();
        while (end < size) {
            int length = length(end, size);
            if (length < 0) {
                damaged++;
                break;
            }
            if (intact(end, length)) {
                unread++;
            } else {
                damaged++;
            }
            end += HEADER + length;
        }
    }

    /** Length of the record at a place, or -1 when there is no whole one. */
    private int length(long at, long size) throws IOException {
        if (at + HEADER > size) {
            return -1;
        }
        int length = read(at, 4).getInt();
        return length <= 0 || length > MAX_RECORD || at + HEADER + length > size ? -1 : length;
    }

    private boolean intact(long at, int length) throws IOException {
        return read(at + 4, 4).getInt() == checksum(read(at + HEADER, length).array());
    }

    private ByteBuffer read(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new IOException("the spool file " + file.getFileName() + " is shorter than it was");
            }
        }
        return bytes.flip();
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }

    /** Appends all or none. */
    void append(List<byte[]> records, boolean force) throws IOException {
        int total = 0;
        for (byte[] record : records) {
            total += HEADER + record.length;
        }
        ByteBuffer out = ByteBuffer.allocate(total);
        for (byte[] record : records) {
            out.putInt(record.length).putInt(checksum(record)).put(record);
        }
        out.flip();
        // A write that failed half way is overwritten by the next: `end` moves only when all is there.
        long at = end;
        while (out.hasRemaining()) {
            at += channel.write(out, at);
        }
        if (force) {
            channel.force(false);
        }
        end = at;
        unread += records.size();
    }

    /** The next records without taking them, at most {@code max}; puts them into {@code into}. */
    void peek(int max, List<byte[]> into) throws IOException {
        long at = position;
        while (at < end && into.size() < max) {
            ByteBuffer header = read(at, HEADER);
            int length = header.getInt();
            int expected = header.getInt();
            byte[] record = read(at + HEADER, length).array();
            at += HEADER + length;
            if (checksum(record) == expected) {
                into.add(record);
            }
        }
    }

    /** Takes records that were peeked. */
    void take(int count) throws IOException {
        int left = count;
        while (left > 0 && position < end) {
            int length = read(position, 4).getInt();
            left -= intact(position, length) ? 1 : 0;
            position += HEADER + length;
        }
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

    /** Makes room when everything has been taken. */
    void reset() throws IOException {
        channel.truncate(0);
        end = 0;
        position = 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    void delete() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }
}
