package io.millrace.pipeline.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.common.error.PlatformException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Keeps pipelines. A save that changes nothing makes no revision. */
@ApplicationScoped
public class DefinitionService {

    private final DefinitionStore definitions;
    private final Event<DefinitionSaved> saved;
    private final ObjectMapper canonical;
    private final Clock clock;

    DefinitionService(DefinitionStore definitions, Event<DefinitionSaved> saved, ObjectMapper json, Clock clock) {
        this.definitions = definitions;
        this.saved = saved;
        this.clock = clock;
        this.canonical = json.copy()
                .configure(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY, true)
                .configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);
    }

    /** Saves a pipeline under the name it carries, which must be {@code name}. */
    @Transactional
    public Definition save(String name, String yaml, String user) {
        PipelineSpec spec = SpecReader.read(yaml);
        if (!spec.name().equals(name)) {
            throw PlatformException.invalid("/metadata/name", "is '" + spec.name() + "', the path says '" + name + "'");
        }
        String json = canonical(spec);
        String hash = sha256(json);
        definitions.lock(name);
        Optional<Definition> latest = definitions.latest(name);
        if (latest.isPresent() && latest.get().yaml().equals(yaml)) {
            return latest.get();
        }
        int revision = latest.map(Definition::revision).orElse(0) + 1;
        Definition definition =
                new Definition(name, revision, yaml, hash, spec.register().model(), user, clock.instant());
        definitions.add(definition, json);
        saved.fire(new DefinitionSaved(name, spec));
        return definition;
    }

    @Transactional
    public Definition get(String name) {
        return definitions.latest(name).orElseThrow(() -> PlatformException.notFound("pipeline", name));
    }

    @Transactional
    public Definition get(String name, int revision) {
        return definitions
                .find(name, revision)
                .orElseThrow(() -> PlatformException.notFound("pipeline revision", name + "/" + revision));
    }

    /** The latest revision of each pipeline, by name after {@code after}. */
    @Transactional
    public List<Definition> list(String after, int limit) {
        return definitions.list(after, limit);
    }

    private String canonical(PipelineSpec spec) {
        try {
            return canonical.writeValueAsString(spec);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a pipeline cannot be written as JSON", e);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
