package io.millrace.serving.predictionlog.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records on disk between the predictions and the database, first in first out, of a bounded size. Any number of threads append,
 * one takes, and holds up none of them. A record that was appended outlives the process; it may be taken a second time after a
 * crash.
 */
public final class Spool implements Closeable {

    /** What a full disk is spared: each try writes to it until it is full again. */
    private static final long ASK_AGAIN_NANOS = 500_000_000;

    private static final Pattern NAME = Pattern.compile("spool-(\\d{1,18})\\.log");

    private final Path folder;
    private final long maxBytes;
    private final int segmentBytes;
    private final Deque<Segment> segments = new ArrayDeque<>();
    /** To be the next one. */
    private @Nullable Segment prepared;

    /** When a disk that refused is asked again, by {@link System#nanoTime}. */
    private long askAgain = System.nanoTime();
    /** How many records a waiting {@link #peek} asks for: fewer need not wake it. */
    private int wanted = Integer.MAX_VALUE;

    /** Summed up, as an outage makes many segments and each row that comes asks. */
    private int unread;

    private long bytes;
    private final int damaged;
    private long next = 1;

    /**
     * Opens the folder and finds what an earlier process left in it.
     *
     * @param maxBytes see {@link #bytes}
     * @param segmentBytes of records in one file, a multiple of 4; more when they are appended at once
     */
    public Spool(Path folder, long maxBytes, int segmentBytes) throws IOException {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.segmentBytes = segmentBytes;
        Files.createDirectories(folder);
        int broken = 0;
        for (Path file : left()) {
            Segment segment = Segment.recover(file);
            broken += segment.damaged();
            if (segment.unread() > 0) {
                segments.add(segment);
                unread += segment.unread();
                bytes += segment.bytes();
            } else {
                segment.delete();
            }
        }
        damaged = broken;
    }

    private List<Path> left() throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            // Names have leading zeros: their order is that of their making.
            for (Path file : files.sorted().toList()) {
                Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    found.add(file);
                    next = Math.max(next, Long.parseLong(name.group(1)) + 1);
                }
            }
        }
        return found;
    }

    /** Records that could not be read back when the spool was opened. */
    public int damaged() {
        return damaged;
    }

    /**
     * Appends as many of the records as the bound allows, oldest first.
     *
     * @return how many were appended
     * @throws IOException when the disk refuses; then none of them is kept
     */
    public synchronized int append(Records records) throws IOException {
        long left = maxBytes - bytes;
        int fit = records.count();
        int length = records.length();
        if (length > left) {
            fit = 0;
            length = 0;
            for (int after = records.after(0); after <= left; after = records.after(after)) {
                fit++;
                length = after;
            }
        }
        if (fit == 0) {
            return 0;
        }
        Segment last = segments.peekLast();
        if (last == null || last.room() < length) {
            last = next(length);
            segments.add(last);
        }
        last.append(records, length, fit);
        unread += fit;
        bytes += length;
        if (unread >= wanted) {
            notifyAll();
        }
        return fit;
    }

    /** A segment with room for so many bytes. */
    private Segment next(int length) throws IOException {
        Segment ready = prepared;
        prepared = null;
        if (ready != null && ready.room() >= length) {
            return ready;
        }
        if (ready != null) {
            ready.delete();
        }
        if (refuses()) {
            throw new IOException("the disk refused a moment ago");
        }
        return create(next++, Math.max(segmentBytes, length));
    }

    private boolean refuses() {
        return System.nanoTime() - askAgain < 0;
    }

    private Segment create(long number, int room) throws IOException {
        try {
            return Segment.create(folder.resolve(String.format(Locale.ROOT, "spool-%018d.log", number)), room);
        } catch (IOException e) {
            synchronized (this) {
                askAgain = System.nanoTime() + ASK_AGAIN_NANOS;
            }
            throw e;
        }
    }

    /**
     * Gives back the room that full segments did not use, and prepares the next one before it is needed, so that those who append
     * need not wait for its zeros. Of the taking thread.
     *
     * @throws IOException when the disk refuses; nothing is lost by that
     */
    public void tend() throws IOException {
        List<Segment> full = new ArrayList<>();
        long number = 0;
        synchronized (this) {
            Segment last = segments.peekLast();
            for (Segment segment : segments) {
                if (segment != last && segment.isMapped()) {
                    full.add(segment);
                }
            }
            boolean soon = last == null || last.room() < segmentBytes / 2;
            if (soon && prepared == null && !refuses()) {
                number = next++;
            }
        }
        for (Segment segment : full) {
            segment.seal();
        }
        if (number > 0) {
            Segment created = create(number, segmentBytes);
            if (!prepare(created, number)) {
                created.delete();
            }
        }
    }

    /** False when another came first: names tell the order. */
    private synchronized boolean prepare(Segment created, long number) {
        if (number + 1 != next) {
            return false;
        }
        prepared = created;
        return true;
    }

    /** The oldest records, at most {@code max}, without taking them. Waits up to {@code millis} until there are {@code max}. */
    public List<byte[]> peek(int max, long millis) throws IOException, InterruptedException {
        Map<Segment, Long> ends = await(max, millis);
        List<byte[]> records = new ArrayList<>();
        // Nobody waits for this: what was appended does not change, and only this thread lets it go.
        for (Map.Entry<Segment, Long> segment : ends.entrySet()) {
            segment.getKey().read(max, segment.getValue(), records);
        }
        return records;
    }

    /** The segments in their order, and where each ends now. */
    private synchronized Map<Segment, Long> await(int max, long millis) throws InterruptedException {
        long until = System.nanoTime() + millis * 1_000_000;
        wanted = max;
        while (unread < max) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        wanted = Integer.MAX_VALUE;
        Map<Segment, Long> ends = new LinkedHashMap<>();
        segments.forEach(segment -> ends.put(segment, segment.end()));
        return ends;
    }

    /** Takes as many of the oldest records, at most as many as were peeked last. */
    public void take(int count) throws IOException {
        for (Segment empty : taken(count)) {
            empty.delete();
        }
        Segment first = first();
        if (first != null) {
            first.mark();
        }
    }

    /** Takes records, and answers the segments that are of no use any more. */
    private synchronized List<Segment> taken(int count) {
        List<Segment> empty = new ArrayList<>();
        int left = count;
        while (left > 0) {
            Segment first = segments.getFirst();
            int from = Math.min(left, first.unread());
            bytes -= first.bytes();
            if (from > 0) {
                first.take(from);
            }
            unread -= from;
            left -= from;
            if (first.unread() == 0 && segments.size() > 1) {
                empty.add(segments.removeFirst());
            } else {
                bytes += first.bytes();
                if (from == 0) {
                    break;
                }
            }
        }
        return empty;
    }

    private synchronized @Nullable Segment first() {
        return segments.peekFirst();
    }

    /** Makes what was appended outlive the machine as well. Of the taking thread. */
    public void force() throws IOException {
        List<Segment> all;
        synchronized (this) {
            all = List.copyOf(segments);
        }
        for (Segment segment : all) {
            segment.force();
        }
    }

    /** Records not taken. */
    public synchronized int unread() {
        return unread;
    }

    /** Of records not taken. Taken ones before them, and the room prepared for others, are at most three segments more. */
    public synchronized long bytes() {
        return bytes;
    }

    /** Wakes a waiting {@link #peek}. */
    public synchronized void wake() {
        notifyAll();
    }

    /** What was not taken stays on disk. */
    @Override
    public synchronized void close() throws IOException {
        if (prepared != null) {
            prepared.delete();
            prepared = null;
        }
        for (Segment segment : segments) {
            if (segment.unread() == 0) {
                segment.delete();
            } else {
                segment.close();
            }
        }
        segments.clear();
        unread = 0;
        bytes = 0;
    }
}
