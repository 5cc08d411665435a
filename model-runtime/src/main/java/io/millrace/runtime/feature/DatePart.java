package io.millrace.runtime.feature;

import java.time.ZonedDateTime;
import java.util.Locale;

/** A part of a time, counted from 0, with the length of its cycle. */
public enum DatePart {
    /** Minutes since midnight, as a fraction of hours: 0 to 24. */
    HOUR(24) {
        @Override
        double of(ZonedDateTime time) {
            return time.getHour() + time.getMinute() / 60.0;
        }
    },
    /** Monday is 0. */
    DAY_OF_WEEK(7) {
        @Override
        double of(ZonedDateTime time) {
            return time.getDayOfWeek().getValue() - 1.0;
        }
    },
    /** The first day is 0. */
    DAY_OF_MONTH(31) {
        @Override
        double of(ZonedDateTime time) {
            return time.getDayOfMonth() - 1.0;
        }
    },
    /** January is 0. */
    MONTH(12) {
        @Override
        double of(ZonedDateTime time) {
            return time.getMonthValue() - 1.0;
        }
    };

    private final double cycle;

    DatePart(double cycle) {
        this.cycle = cycle;
    }

    abstract double of(ZonedDateTime time);

    double cycle() {
        return cycle;
    }

    /** As pipelines write it: {@code day_of_week}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@code day_of_week} or {@code DAY_OF_WEEK}; IllegalArgumentException lists the known parts. */
    public static DatePart parse(String text) {
        for (DatePart part : values()) {
            if (part.text().equalsIgnoreCase(text)) {
                return part;
            }
        }
        throw new IllegalArgumentException(
                "unknown part '" + text + "', known: hour, day_of_week, day_of_month, month");
    }
}
