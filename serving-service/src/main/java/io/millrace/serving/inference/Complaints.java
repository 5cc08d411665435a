package io.millrace.serving.inference;

import io.millrace.runtime.spi.SignatureException;
import java.util.Collection;
import java.util.Optional;

/** Words about inputs that do not fit. */
final class Complaints {

    private Complaints() {}

    /** What is wrong, without the place, which a pointer says better. */
    static String problem(SignatureException complaint) {
        String message = String.valueOf(complaint.getMessage());
        String place = "column '" + complaint.field() + "': ";
        int at = message.indexOf(place);
        return at < 0 ? message : message.substring(at + place.length());
    }

    /** The name that was probably meant: at most two letters away. */
    static Optional<String> nearest(String given, Collection<String> known) {
        String best = null;
        int least = 3;
        for (String name : known) {
            int away = distance(given, name);
            if (away < least || (away == least && best != null && name.compareTo(best) < 0)) {
                best = name;
                least = away;
            }
        }
        return Optional.ofNullable(best);
    }

    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > 2 || a.length() > 100) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
