package io.millrace.cli.demo;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The example's flights, in the order of their departure. */
final class FlightRows {

    private static final List<String> TEXTS = List.of("carrier", "origin", "dest");

    /**
     * One flight as an application would send it.
     *
     * @param inputs every column but key, time and label
     * @param late what really happened: yes or no
     */
    record Flight(String id, Instant departsAt, Map<String, Object> inputs, String late) {}

    private FlightRows() {}

    /** Flights with {@code from <= departure < until}, every {@code step}-th of them. */
    static List<Flight> read(Path file, Instant from, Instant until, int step) {
        List<Flight> flights = new ArrayList<>();
        try (var reader =
                        new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8);
                CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(reader);
                Stream<NamedCsvRecord> records = csv.stream()) {
            int[] seen = {0};
            records.forEach(record -> {
                Instant departs =
                        OffsetDateTime.parse(record.getField("departs_at")).toInstant();
                if (!departs.isBefore(from) && departs.isBefore(until) && seen[0]++ % step == 0) {
                    flights.add(flight(record, departs));
                }
            });
            return flights;
        } catch (IOException e) {
            throw new UncheckedIOException("the example data cannot be read: " + file, e);
        }
    }

    private static Flight flight(NamedCsvRecord record, Instant departs) {
        Map<String, Object> inputs = new TreeMap<>();
        record.getFieldsAsMap().forEach((name, text) -> {
            if (name.equals("flight_id") || name.equals("departs_at") || name.equals("late") || text.isEmpty()) {
                return;
            }
            if (TEXTS.contains(name)) {
                inputs.put(name, text);
            } else if (text.contains(".")) {
                inputs.put(name, Double.valueOf(text));
            } else {
                inputs.put(name, Long.valueOf(text));
            }
        });
        return new Flight(record.getField("flight_id"), departs, inputs, record.getField("late"));
    }
}
