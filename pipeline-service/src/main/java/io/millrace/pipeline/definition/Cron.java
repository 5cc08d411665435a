package io.millrace.pipeline.definition;

import java.text.ParseException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.quartz.CronExpression;

/**
 * Unix cron, five fields: minute, hour, day of month, month, day of week (0 and 7 are Sunday). Quartz counts seconds first,
 * calls Sunday 1 and wants a {@code ?} in one of the day fields, so the words are converted, never passed on.
 */
public final class Cron {

    private static final int FIELDS = 5;
    private static final Pattern NUMBER = Pattern.compile("(?<![#/\\d])\\d+(?!\\d)");

    private Cron() {}

    /** What is wrong with an expression, if anything. */
    static Optional<String> problem(String unix) {
        try {
            new CronExpression(quartz(unix));
            return Optional.empty();
        } catch (ParseException | IllegalArgumentException e) {
            return Optional.of("is not a cron expression of five fields: " + e.getMessage());
        }
    }

    /** The same instants in Quartz's words. */
    public static String quartz(String unix) {
        String[] fields = unix.trim().split("\\s+");
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("it has " + fields.length + " fields: '" + unix + "'");
        }
        boolean anyDay = fields[2].equals("*");
        boolean anyWeekday = fields[4].equals("*");
        if (!anyDay && !anyWeekday) {
            throw new IllegalArgumentException(
                    "day of month and day of week cannot both be given; make two schedules of it");
        }
        String weekday = anyWeekday ? "?" : weekdays(fields[4]);
        String day = anyWeekday ? fields[2] : "?";
        return String.join(" ", "0", fields[0], fields[1], day, fields[3], weekday);
    }

    /** Moves 0 to 7 (Sunday first and last) to 1 to 7; names stay, and so do steps after a slash. */
    private static String weekdays(String field) {
        List<String> parts = new ArrayList<>();
        for (String part : field.split(",")) {
            if (part.matches("\\d-7")) {
                // A range that ends on Sunday as 7 would run backwards in Quartz's count.
                int from = Integer.parseInt(part.substring(0, 1));
                parts.add("1");
                if (from < 7) {
                    parts.add((from + 1) + "-7");
                }
                continue;
            }
            Matcher number = NUMBER.matcher(part);
            parts.add(number.replaceAll(m -> Integer.toString(Integer.parseInt(m.group()) % 7 + 1)));
        }
        return String.join(",", parts);
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
