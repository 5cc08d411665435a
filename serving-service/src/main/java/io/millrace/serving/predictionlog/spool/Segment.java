package io.millrace.serving.predictionlog.spool;

import io.netty.util.internal.PlatformDependent;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One file of the spool: the words {@link #MAPPED} and where the records end that were taken, then {@link Records}, read from the
 * front while they are appended at the back. It is as long as it will get from the start, all zeros, and written through memory: a
 * length of 0 is its end. Guarded by its {@link Spool}, but for what the taking thread does beside those that append.
 */
final class Segment implements Closeable {

    private static final Logger LOG = Logger.getLogger(Segment.class);
    private static final int HEADER = Records.HEADER;

    /** Where records begin. */
    static final int START = 8;

    /** No length: files of releases before begin with that of a record, and hold nothing else. */
    private static final int MAPPED = 0xB1_5E_60_01;

    private static final int CHUNK = 1 << 18;
    private static final int ZEROS = 1 << 16;

    private final Path file;
    /** Not a channel: an interrupted thread would close that for all. */
    private final RandomAccessFile out;

    private final FileChannel in;
    /** Where each record that was read ends; of the taking thread. */
    private final List<Long> ends = new ArrayList<>();

    /** Null when nothing is appended any more. To touch it once it is unmapped would end the process. */
    private @Nullable MappedByteBuffer memory;

    private long start;
    private long end;
    private long position;
    private int unread;
    private int damaged;

    private Segment(Path file, RandomAccessFile out, FileChannel in) {
        this.file = file;
        this.out = out;
        this.in = in;
    }

    /** @param room for records, of a multiple of 4 bytes */
    static Segment create(Path file, int room) throws IOException {
        Files.createFile(file);
        Segment segment = open(file);
        try {
            segment.fill(START + room);
        } catch (IOException e) {
            segment.delete();
            throw e;
        }
        return segment;
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

    /** Takes the whole room from the disk now: where there is none, a store into memory would be too late to be told. */
    private void fill(int size) throws IOException {
        byte[] zeros = new byte[ZEROS];
        for (int left = size; left > 0; left -= ZEROS) {
            out.write(zeros, 0, Math.min(left, ZEROS));
        }
        MappedByteBuffer mapped = out.getChannel().map(MapMode.READ_WRITE, 0, size);
        mapped.putInt(0, MAPPED).putInt(4, START);
        memory = mapped;
        start = START;
        position = start;
        end = start;
    }

    /** A segment that another process left: what a crash cut off at its end is left out. Nothing is appended to it. */
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
        long taken = 0;
        if (size >= START && bytes(0, 4).getInt() == MAPPED) {
            taken = bytes(4, 4).getInt();
            start = START;
        }
        position = start;
        end = start;
        while (end < size) {
            int length = length(end, size);
            if (length < 0) {
                damaged++;
            }
            if (length <= 0) {
                break;
            }
            boolean whole = record(bytes(end, HEADER + length)) != null;
            end += HEADER + length;
            if (end <= taken) {
                position = end;
            } else if (whole) {
                unread++;
            } else {
                damaged++;
            }
        }
    }

    /** Length of the record at a place, 0 at the end, or -1 when there is no whole one. */
    private int length(long at, long size) throws IOException {
        int length = at + 4 > size ? -1 : bytes(at, 4).getInt();
        boolean fits = length >= 0 && length <= Records.MAX_RECORD && at + HEADER + length <= size;
        return fits || length == 0 ? length : -1;
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

    /** Bytes that can be appended. */
    int room() {
        return memory == null ? 0 : memory.capacity() - (int) end;
    }

    /** Appends the first records, which end at a place and for which there is {@link #room}. */
    void append(Records records, int length, int count) {
        MappedByteBuffer to = memory;
        if (to == null || count == 0) {
            throw new IllegalStateException("nothing can be appended");
        }
        int at = (int) end;
        byte[] bytes = records.bytes();
        to.put(at + 4, bytes, 4, length - 4);
        // A kill between the two leaves the file ending before the first record, never half a record.
        VarHandle.releaseFence();
        to.putInt(at, records.after(0) - HEADER);
        end += length;
        unread += count;
    }

    /**
     * The next records without taking them; those of the call before are forgotten.
     *
     * @param max most records in {@code into}, to which they are added
     * @param until the segment's {@link #end} of a while ago
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

    /** Has the next process begin behind what was taken. Of the taking thread. */
    void mark() {
        if (start == START) {
            try {
                out.seek(4);
                out.write(ByteBuffer.allocate(4).putInt((int) position).array());
            } catch (IOException e) {
                LOG.debugf("rows may be stored again after a restart reason=%s", e.getMessage());
            }
        }
    }

    int unread() {
        return unread;
    }

    int damaged() {
        return damaged;
    }

    long end() {
        return end;
    }

    /** Of records that were not taken. */
    long bytes() {
        return end - position;
    }

    boolean isMapped() {
        return memory != null;
    }

    /** Makes what was appended outlive the machine as well. */
    synchronized void force() throws IOException {
        if (memory == null) {
            out.getFD().sync();
        } else {
            // Only this is promised to write what was stored through memory.
            memory.force();
        }
    }

    /** Ends appending and gives back the room that was not used. Waits for {@link #force}. */
    synchronized void seal() throws IOException {
        if (memory != null) {
            MappedByteBuffer mapped = memory;
            memory = null;
            // The collector would do so some day; until then, the blocks of a deleted file stay taken.
            PlatformDependent.freeDirectBuffer(mapped);
            out.setLength(end);
        }
    }

    @Override
    public void close() throws IOException {
        try (in;
                out) {
            seal();
        }
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(file);
    }
}
