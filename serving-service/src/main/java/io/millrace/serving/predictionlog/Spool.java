package io.millrace.serving.predictionlog;

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

/**
 * Records on disk between the predictions and the database, first in first out, of a bounded size. Any number of threads append,
 * one takes, and holds up none of them. A record that was appended outlives the process; it may be taken a second time after a
 * crash.
 */
final class Spool implements Closeable {

    private static final Pattern NAME = Pattern.compile("spool-(\\d{1,18})\\.log");

    private final Path folder;
    private final long maxBytes;
    private final long segmentBytes;
    private final Deque<Segment> segments = new ArrayDeque<>();
    /** How many records a waiting {@link #peek} asks for: fewer need not wake it. */
    private int wanted = Integer.MAX_VALUE;

    private final int damaged;
    private long next = 1;

    /** Opens the folder and finds what an earlier process left in it. */
    Spool(Path folder, long maxBytes, long segmentBytes) throws IOException {
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
    int damaged() {
        return damaged;
    }

    /**
     * Appends as many of the records as there is room for, oldest first.
     *
     * @return how many were appended
     * @throws IOException when the disk refuses; then none of them is kept
     */
    synchronized int append(List<byte[]> records) throws IOException {
        long room = maxBytes - bytes();
        int fit = 0;
        for (byte[] record : records) {
            room -= Segment.HEADER + record.length;
            if (room < 0) {
                break;
            }
            fit++;
        }
        if (fit == 0) {
            return 0;
        }
        Segment last = segments.peekLast();
        if (last == null || last.bytes() >= segmentBytes || last.damaged() > 0) {
            last = Segment.create(folder.resolve(String.format(Locale.ROOT, "spool-%018d.log", next++)));
            segments.add(last);
        }
        last.append(records.subList(0, fit));
        if (unread() >= wanted) {
            notifyAll();
        }
        return fit;
    }

    /** The oldest records, at most {@code max}, without taking them. Waits up to {@code millis} until there are {@code max}. */
    List<byte[]> peek(int max, long millis) throws IOException, InterruptedException {
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
        while (unread() < max) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        wanted = Integer.MAX_VALUE;
        Map<Segment, Long> ends = new LinkedHashMap<>();
        segments.forEach(segment -> ends.put(segment, segment.bytes()));
        return ends;
    }

    /** Takes as many of the oldest records, at most as many as were peeked last. */
    void take(int count) throws IOException {
        for (Segment empty : taken(count)) {
            empty.delete();
        }
    }

    /** Takes records, and answers the segments that are of no use any more. */
    private synchronized List<Segment> taken(int count) {
        List<Segment> empty = new ArrayList<>();
        int left = count;
        while (left > 0) {
            Segment first = segments.getFirst();
            int from = Math.min(left, first.unread());
            if (from > 0) {
                first.take(from);
            }
            left -= from;
            if (first.unread() == 0 && (segments.size() > 1 || first.bytes() > segmentBytes / 8)) {
                // A restart goes through what lies here again, so little is left lying.
                empty.add(segments.removeFirst());
            } else if (from == 0) {
                break;
            }
        }
        return empty;
    }

    /** Makes what was appended outlive the machine as well. Of the taking thread. */
    void force() throws IOException {
        List<Segment> all;
        synchronized (this) {
            all = List.copyOf(segments);
        }
        for (Segment segment : all) {
            segment.force();
        }
    }

    /** Records not taken. */
    synchronized int unread() {
        int unread = 0;
        for (Segment segment : segments) {
            unread += segment.unread();
        }
        return unread;
    }

    /** Size on disk. */
    synchronized long bytes() {
        long bytes = 0;
        for (Segment segment : segments) {
            bytes += segment.bytes();
        }
        return bytes;
    }

    /** Wakes a waiting {@link #peek}. */
    synchronized void wake() {
        notifyAll();
    }

    /** What was not taken stays on disk. */
    @Override
    public synchronized void close() throws IOException {
        for (Segment segment : segments) {
            if (segment.unread() == 0) {
                segment.delete();
            } else {
                segment.close();
            }
        }
        segments.clear();
    }
}
