package io.millrace.registry.bundle;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.event.EventLog;
import io.millrace.registry.artifact.Artifact;
import io.millrace.registry.audit.AuditService;
import io.millrace.registry.dataset.Dataset;
import io.millrace.registry.dataset.DatasetService;
import io.millrace.registry.experiment.ExperimentService;
import io.millrace.registry.manifest.ManifestService;
import io.millrace.registry.model.ModelService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Adds what is in bundles, as it was where it comes from. */
@ApplicationScoped
class BundleImportService {

    private static final Logger LOG = Logger.getLogger(BundleImportService.class);
    private static final String RUN_ID = "run_id";
    private static final String MODEL_ID = "model_id";

    private final BundleStore store;
    private final BundleCheck check;
    private final ExperimentService experiments;
    private final DatasetService datasets;
    private final ManifestService manifests;
    private final AuditService audit;
    private final EventLog events;
    private final ObjectMapper json;
    private final Clock clock;

    BundleImportService(
            BundleStore store,
            BundleCheck check,
            ExperimentService experiments,
            DatasetService datasets,
            ManifestService manifests,
            AuditService audit,
            EventLog events,
            ObjectMapper json,
            Clock clock) {
        this.store = store;
        this.check = check;
        this.experiments = experiments;
        this.datasets = datasets;
        this.manifests = manifests;
        this.audit = audit;
        this.events = events;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Adds a bundle's model, all or nothing. Experiments are found or made by name; a run or logged model that is here already
     * stays as it is. Versions are signed by this installation.
     *
     * @param as another name for the model, or null
     * @throws PlatformException when there is a model of the name, or the bundle is not whole
     */
    @Transactional
    ImportReport add(Bundle bundle, @Nullable String as, String actor) {
        String name = ModelService.checkedName(as == null ? bundle.header().model() : as);
        BundleRows rows = new BundleRows(bundle, json);
        List<ObjectNode> versions = rows.all(BundleTable.MODEL_VERSION);
        List<ObjectNode> files = rows.all(BundleTable.VERSION_FILE);
        check.check(bundle, versions, files, rows.all(BundleTable.VERSION_MANIFEST));
        addModel(rows, name);
        Parts parts = addParts(rows, bundle);
        addVersions(rows, name, parts, bundle.header());
        sign(name, versions, files, bundle);
        ImportReport report = new ImportReport(
                name,
                versions.size(),
                parts.newRuns.size(),
                parts.newLoggedModels.size(),
                bundle.files().size(),
                bundle.header().keyId());
        audit.record("model.imported", "model", name, null, report);
        events.append("registry.model.imported", name, Map.of("model", name), "user:" + actor);
        LOG.infof(
                "model imported model=%s versions=%d runs=%d from=%s",
                name, report.versions(), report.runs(), report.keyId());
        return report;
    }

    /** What came along: numbers of experiments here by those there, and what is here by now and what was not before. */
    private static final class Parts {
        private final Map<Long, Long> experiments = new HashMap<>();
        private final Map<Long, Long> datasets = new HashMap<>();
        private final Set<String> runs = new HashSet<>();
        private final Set<String> newRuns = new HashSet<>();
        private final Set<String> loggedModels = new HashSet<>();
        private final Set<String> newLoggedModels = new HashSet<>();
    }

    private void addModel(BundleRows rows, String name) {
        List<ObjectNode> model = rows.all(BundleTable.MODEL);
        if (model.size() != 1) {
            throw BundleReader.refused("must hold one model, holds " + model.size());
        }
        ObjectNode row = model.get(0).put("name", name);
        row.remove(List.of("deleted_name", "deleted_at"));
        if (store.add(BundleTable.MODEL, model, "name").isEmpty()) {
            throw PlatformException.alreadyExists("model", name);
        }
    }

    private Parts addParts(BundleRows rows, Bundle bundle) {
        Parts parts = new Parts();
        for (ObjectNode row : rows.all(BundleTable.EXPERIMENT)) {
            String id = experiments.getOrCreate(row.path("name").asText()).experimentId();
            parts.experiments.put(row.path("experiment_id").asLong(), Long.parseLong(id));
        }
        rows.batches(BundleTable.RUN, batch -> {
            batch.forEach(row -> place(row, parts));
            batch.forEach(row -> parts.runs.add(row.path(RUN_ID).asText()));
            parts.newRuns.addAll(store.add(BundleTable.RUN, batch, RUN_ID));
        });
        Predicate<ObjectNode> ofNewRun =
                row -> parts.newRuns.contains(row.path(RUN_ID).asText());
        for (BundleTable table :
                List.of(BundleTable.RUN_TAG, BundleTable.RUN_PARAM, BundleTable.METRIC, BundleTable.METRIC_LATEST)) {
            addOnly(rows, table, ofNewRun);
        }
        for (ObjectNode row : rows.all(BundleTable.DATASET)) {
            place(row, parts);
            Dataset dataset = new Dataset(
                    given(row, "name"),
                    given(row, "digest"),
                    given(row, "source_type"),
                    given(row, "source"),
                    row.path("schema").textValue(),
                    row.path("profile").textValue());
            parts.datasets.put(
                    row.path("dataset_id").asLong(),
                    datasets.add(row.path("experiment_id").asLong(), dataset));
        }
        addOnly(rows, BundleTable.RUN_DATASET, row -> {
            Long here = parts.datasets.get(row.path("dataset_id").asLong());
            row.put("dataset_id", here);
            return here != null && ofNewRun.test(row);
        });
        rows.batches(BundleTable.LOGGED_MODEL, batch -> {
            for (ObjectNode row : batch) {
                place(row, parts);
                keepKnown(row, "source_run_id", parts.runs);
                parts.loggedModels.add(row.path(MODEL_ID).asText());
            }
            parts.newLoggedModels.addAll(store.add(BundleTable.LOGGED_MODEL, batch, MODEL_ID));
        });
        Predicate<ObjectNode> ofNewLogged =
                row -> parts.newLoggedModels.contains(row.path(MODEL_ID).asText());
        addOnly(rows, BundleTable.LOGGED_MODEL_TAG, ofNewLogged);
        addOnly(rows, BundleTable.LOGGED_MODEL_PARAM, ofNewLogged);
        Predicate<ObjectNode> ofKnownRun =
                row -> parts.runs.contains(row.path(RUN_ID).asText());
        addOnly(rows, BundleTable.LOGGED_MODEL_METRIC, ofNewLogged.and(ofKnownRun));
        addOnly(rows, BundleTable.RUN_MODEL, ofNewLogged.and(ofKnownRun));
        addOnly(rows, BundleTable.ARTIFACT, row -> {
            check.checkFile(bundle, row);
            return ofNewRun.or(ofNewLogged).test(row);
        });
        return parts;
    }

    /** A text; empty, which a data set refuses, when there is none. */
    private static String given(ObjectNode row, String column) {
        String text = row.path(column).textValue();
        return text == null ? "" : text;
    }

    private static void place(ObjectNode row, Parts parts) {
        Long here = parts.experiments.get(row.path("experiment_id").asLong());
        if (here == null) {
            throw BundleReader.refused("lacks the experiment " + row.path("experiment_id"));
        }
        row.put("experiment_id", here);
    }

    private static void keepKnown(ObjectNode row, String column, Set<String> known) {
        if (!known.contains(row.path(column).asText())) {
            row.putNull(column);
        }
    }

    private void addOnly(BundleRows rows, BundleTable table, Predicate<ObjectNode> wanted) {
        rows.batches(table, batch -> {
            List<ObjectNode> chosen = batch.stream().filter(wanted).toList();
            if (!chosen.isEmpty()) {
                store.add(table, chosen, "1");
            }
        });
    }

    private void addVersions(BundleRows rows, String name, Parts parts, BundleHeader header) {
        addOnly(rows, BundleTable.MODEL_TAG, row -> named(row, name));
        addOnly(rows, BundleTable.MODEL_POLICY, row -> named(row, name));
        addOnly(rows, BundleTable.MODEL_VERSION, row -> {
            keepKnown(row, RUN_ID, parts.runs);
            keepKnown(row, "logged_model_id", parts.loggedModels);
            if (row.path("provenance") instanceof ObjectNode provenance) {
                provenance
                        .putObject("importedFrom")
                        .put("model", header.model())
                        .put("keyId", header.keyId())
                        .put("exportedAt", header.exportedAt().toString());
            }
            return named(row, name);
        });
        for (BundleTable table : List.of(
                BundleTable.VERSION_TAG, BundleTable.VERSION_FILE, BundleTable.CARD_REVISION, BundleTable.ALIAS)) {
            addOnly(rows, table, row -> named(row, name));
        }
        for (BundleTable table : List.of(BundleTable.STAGE_CHANGE, BundleTable.ALIAS_CHANGE)) {
            addOnly(rows, table, row -> {
                row.put("id", here(row.path("id").asText(), name));
                return named(row, name);
            });
        }
        Set<String> requests = new HashSet<>();
        addOnly(rows, BundleTable.PROMOTION_REQUEST, row -> {
            String id = here(row.path("id").asText(), name);
            requests.add(id);
            row.put("id", id);
            if (row.path("state").asText().equals("open")) {
                // Who would decide is there, not here.
                row.put("state", "withdrawn").put("closed_at", clock.instant().toString());
            }
            return named(row, name);
        });
        addOnly(rows, BundleTable.PROMOTION_STEP, row -> {
            row.put("request", here(row.path("request").asText(), name));
            return requests.contains(row.path("request").asText());
        });
    }

    private static boolean named(ObjectNode row, String name) {
        row.put("model", name);
        return true;
    }

    /** Another id for the same fact of a model of another name, so that a model can be brought back beside itself. */
    private static String here(String id, String model) {
        return UUID.nameUUIDFromBytes((model + "\n" + id).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private void sign(String name, List<ObjectNode> versions, List<ObjectNode> files, Bundle bundle) {
        Map<Integer, List<Artifact>> ofVersions = new HashMap<>();
        for (ObjectNode file : files) {
            String digest = file.path("sha256").asText();
            ofVersions
                    .computeIfAbsent(file.path("version").asInt(), v -> new ArrayList<>())
                    .add(new Artifact(
                            file.path("path").asText(), digest, bundle.files().getOrDefault(digest, 0L)));
        }
        for (ObjectNode version : versions) {
            int number = version.path("version").asInt();
            manifests.sign(name, number, ofVersions.getOrDefault(number, List.of()));
        }
    }
}
