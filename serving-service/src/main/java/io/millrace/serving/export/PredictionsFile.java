package io.millrace.serving.export;

import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MICROS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import io.millrace.serving.export.ExportedRow.Truth;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** A Parquet file of predictions; times are instants in microseconds, inputs a JSON text. Used by one thread. */
final class PredictionsFile implements Closeable {

    /** What the writer holds in memory. */
    private static final long ROW_GROUP_BYTES = 8 << 20;

    private static final int PAGE_BYTES = 256 << 10;

    private static final LogicalTypeAnnotation INSTANT = timestampType(true, MICROS);

    private static final MessageType SCHEMA = schema();

    private final ParquetWriter<Group> writer;

    PredictionsFile(Path file) throws IOException {
        writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withType(SCHEMA)
                .withCompressionCodec(CompressionCodecName.SNAPPY)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withPageSize(PAGE_BYTES)
                .build();
    }

    private static MessageType schema() {
        Types.MessageTypeBuilder columns = Types.buildMessage();
        for (String text : new String[] {"id", "arm", "role", "model"}) {
            columns.addField(Types.required(BINARY).as(stringType()).named(text));
        }
        columns.addField(Types.required(INT32).named("version"));
        columns.addField(Types.required(INT64).as(INSTANT).named("event_at"));
        columns.addField(Types.required(INT64).as(INSTANT).named("received_at"));
        columns.addField(Types.required(BINARY).as(stringType()).named("request_id"));
        optional(columns, BINARY, stringType(), "route_key");
        columns.addField(Types.required(BINARY).as(stringType()).named("inputs"));
        optional(columns, DOUBLE, null, "score");
        optional(columns, BINARY, stringType(), "label");
        optional(columns, BINARY, stringType(), "decision");
        columns.addField(Types.required(INT64).named("latency_us"));
        optional(columns, BINARY, stringType(), "parts");
        optional(columns, BOOLEAN, null, "agrees");
        optional(columns, DOUBLE, null, "distance");
        optional(columns, DOUBLE, null, "truth");
        optional(columns, BINARY, stringType(), "truth_label");
        optional(columns, INT64, INSTANT, "observed_at");
        optional(columns, INT32, null, "truth_sequence");
        return columns.named("prediction");
    }

    private static void optional(
            Types.MessageTypeBuilder columns,
            PrimitiveTypeName type,
            @Nullable LogicalTypeAnnotation meaning,
            String name) {
        columns.addField(
                meaning == null
                        ? Types.optional(type).named(name)
                        : Types.optional(type).as(meaning).named(name));
    }

    void write(ExportedRow row) throws IOException {
        Group group = new SimpleGroup(SCHEMA);
        group.add("id", row.id().toString());
        group.add("arm", row.arm());
        group.add("role", row.role());
        group.add("model", row.model());
        group.add("version", row.version());
        group.add("event_at", micros(row.eventAt()));
        group.add("received_at", micros(row.receivedAt()));
        group.add("request_id", row.requestId());
        text(group, "route_key", row.routeKey());
        group.add("inputs", row.inputs());
        number(group, "score", row.score());
        text(group, "label", row.label());
        text(group, "decision", row.decision());
        group.add("latency_us", row.latencyMicros());
        text(group, "parts", row.parts());
        if (row.agrees() != null) {
            group.add("agrees", row.agrees().booleanValue());
        }
        number(group, "distance", row.distance());
        Truth truth = row.truth();
        if (truth != null) {
            number(group, "truth", truth.number());
            text(group, "truth_label", truth.label());
            group.add("observed_at", micros(truth.observedAt()));
            group.add("truth_sequence", truth.sequence());
        }
        writer.write(group);
    }

    private static void text(Group group, String column, @Nullable String value) {
        if (value != null) {
            group.add(column, value);
        }
    }

    private static void number(Group group, String column, @Nullable Double value) {
        if (value != null) {
            group.add(column, value.doubleValue());
        }
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
