package io.millrace.pipeline.definition;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A pipeline; {@code yaml} only when one is asked for. */
record DefinitionResponse(
        String name,
        int revision,
        String specHash,
        String model,
        String createdBy,
        Instant createdAt,
        List<Instant> nextFireTimes,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String yaml) {

    private static final int FIRES = 5;

    static DefinitionResponse of(Definition d, Instant now, boolean withYaml) {
        return new DefinitionResponse(
                d.name(),
                d.revision(),
                d.specHash(),
                d.model(),
                d.createdBy(),
                d.createdAt(),
                fires(d.spec(), now),
                withYaml ? d.yaml() : null);
    }

    static List<Instant> fires(PipelineSpec spec, Instant now) {
        return spec.schedules().stream()
                .flatMap(s -> Cron.next(s.cron(), s.zone(), now, FIRES).stream())
                .sorted()
                .distinct()
                .limit(FIRES)
                .toList();
    }
}
