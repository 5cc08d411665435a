package io.millrace.registry.dataset;

import io.millrace.registry.run.Run;
import io.millrace.registry.run.RunService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;

/** Keeps which run read which data. */
@ApplicationScoped
public class DatasetService {

    private final DatasetStore datasets;
    private final RunService runs;

    DatasetService(DatasetStore datasets, RunService runs) {
        this.datasets = datasets;
        this.runs = runs;
    }

    /** Notes what a run read; the same data set again changes nothing. */
    @Transactional
    public void log(String runId, List<DatasetInput> inputs) {
        Run run = runs.getActive(runId);
        inputs.forEach(input ->
                datasets.link(runId, datasets.add(Long.parseLong(run.experimentId()), input.dataset()), input));
    }

    /** The number of a data set of an experiment, which is added if it is not there. */
    @Transactional
    public long add(long experimentId, Dataset dataset) {
        return datasets.add(experimentId, dataset);
    }

    /** What each of the runs read. */
    @Transactional
    public Map<String, List<DatasetInput>> ofRuns(List<String> runIds) {
        return runIds.isEmpty() ? Map.of() : datasets.ofRuns(runIds);
    }

    /** Data sets of experiments, at most 1,000. */
    @Transactional
    public List<DatasetSummary> summaries(List<Long> experimentIds) {
        return datasets.summaries(experimentIds);
    }
}
