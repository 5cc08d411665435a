package io.millrace.pipeline.definition;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.quartz.CronExpression;

/**
 * Unix cron, five fields: minute, hour, day of month, month, day of week (0 and 7 are Sunday). Quartz counts seconds first,
 * calls Sunday 1 and wants a {@code ?} in one of the day fields, so the words are converted, never passed on.
 */
public final class Cron {

    private static final Duration LONGEST = Duration.ofDays(5 * 366);
    private static final List<String> MONTHS =
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    private static final List<String> WEEKDAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");
    private static final List<Field> FIELDS = List.of(
            new Field("minute", 0, 59, List.of()),
            new Field("hour", 0, 23, List.of()),
            new Field("day of month", 1, 31, List.of()),
            new Field("month", 1, 12, MONTHS),
            new Field("day of week", 0, 7, WEEKDAYS));

    private Cron() {}

    /** One of the five: its range, and the names that its numbers from {@code low} on may have. */
    private record Field(String name, int low, int high, List<String> names) {

        /** The values that a field such as {@code MON-FRI/2} stands for; a name is its number. */
        SortedSet<Integer> values(String text) {
            SortedSet<Integer> values = new TreeSet<>();
            for (String part : text.split(",", -1)) {
                String[] stepped = part.split("/", -1);
                int step = stepped.length == 1 ? 1 : number(stepped[1], part);
                if (stepped.length > 2 || step < 1) {
                    throw bad(part);
                }
                String[] range = stepped[0].split("-", -1);
                int from;
                int to;
                if (stepped[0].equals("*")) {
                    from = low;
                    // Seven is only another name for Sunday.
                    to = low == 0 && high == 7 ? 6 : high;
                } else if (range.length == 1) {
                    from = value(range[0], part);
                    to = stepped.length == 1 ? from : high;
                } else if (range.length == 2) {
                    from = value(range[0], part);
                    to = value(range[1], part);
                } else {
                    throw bad(part);
                }
                if (from > to) {
                    throw new IllegalArgumentException("the range runs backwards in " + name + ": '" + part + "'");
                }
                for (int i = from; i <= to; i += step) {
                    values.add(i);
                }
            }
            return values;
        }

        private int value(String text, String part) {
            int named = names.indexOf(text.toUpperCase(Locale.ROOT));
            int value = named >= 0 ? named + low : number(text, part);
            if (value < low || value > high) {
                throw new IllegalArgumentException(name + " is from " + low + " to " + high + ", not '" + text + "'");
            }
            return value;
        }

        private int number(String text, String part) {
            if (!text.matches("\\d{1,3}")) {
                throw bad(part);
            }
            return Integer.parseInt(text);
        }

        private IllegalArgumentException bad(String part) {
            return new IllegalArgumentException(name + " cannot be '" + part + "'");
        }
    }

    /** What is wrong with an expression, if anything. */
    static Optional<String> problem(String unix) {
        try {
            if (next(unix, "UTC", Instant.EPOCH, 1).isEmpty()) {
                return Optional.of("never comes: '" + unix + "'");
            }
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("is not a cron expression of five fields: " + e.getMessage());
        }
    }

    /** The same instants in Quartz's words. */
    public static String quartz(String unix) {
        String[] fields = unix.trim().split("\\s+");
        if (fields.length != FIELDS.size()) {
            throw new IllegalArgumentException("it has " + fields.length + " fields: '" + unix + "'");
        }
        StringBuilder quartz = new StringBuilder("0");
        boolean anyDay = fields[2].equals("*");
        boolean anyWeekday = fields[4].equals("*");
        if (!anyDay && !anyWeekday) {
            throw new IllegalArgumentException(
                    "day of month and day of week cannot both be given; make two schedules of it");
        }
        for (int i = 0; i < fields.length; i++) {
            SortedSet<Integer> values = FIELDS.get(i).values(fields[i]);
            quartz.append(' ');
            if (i == 2 && !anyWeekday || i == 4 && anyWeekday) {
                quartz.append('?');
            } else if (fields[i].equals("*")) {
                quartz.append('*');
            } else {
                boolean weekday = i == 4;
                quartz.append(values.stream()
                        .map(value -> weekday ? value % 7 + 1 : value)
                        .distinct()
                        .sorted()
                        .map(String::valueOf)
                        .collect(Collectors.joining(",")));
            }
        }
        return quartz.toString();
    }

    /** The last scheduled instant that is not after {@code at}; none within the last five years if there is none. */
    public static Optional<Instant> latest(String unix, String zone, Instant at) {
        Duration back = Duration.ofHours(1);
        while (back.compareTo(LONGEST) < 0) {
            Instant found = null;
            Instant from = at.minus(back);
            while (true) {
                List<Instant> next = next(unix, zone, from, 1);
                if (next.isEmpty() || next.get(0).isAfter(at)) {
                    break;
                }
                found = next.get(0);
                from = found;
            }
            if (found != null) {
                return Optional.of(found);
            }
            back = back.multipliedBy(4);
        }
        return Optional.empty();
    }

    /** The next instants after {@code after}, at most {@code count}. */
    public static List<Instant> next(String unix, String zone, Instant after, int count) {
        try {
            CronExpression cron = new CronExpression(quartz(unix));
            cron.setTimeZone(TimeZone.getTimeZone(ZoneId.of(zone)));
            List<Instant> next = new ArrayList<>();
            Date at = Date.from(after);
            while (next.size() < count) {
                at = cron.getNextValidTimeAfter(at);
                if (at == null) {
                    break;
                }
                next.add(at.toInstant());
            }
            return next;
        } catch (ParseException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
