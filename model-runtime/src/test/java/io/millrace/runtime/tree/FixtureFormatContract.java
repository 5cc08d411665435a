package io.millrace.runtime.tree;

import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.spi.ForeignFormat;
import io.millrace.runtime.spi.ModelFormat;
import io.millrace.runtime.spi.ModelFormatContract;
import io.millrace.runtime.spi.Signature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The contract with a model that the real library trained, in a folder that declares names and classes. */
public abstract class FixtureFormatContract extends ModelFormatContract {

    protected final Fixtures fixtures;

    private final ForeignFormat format;
    private final String fixture;
    private final String modelFile;
    private final double tolerance;

    /**
     * @param fixture the file that the library wrote; without its ending the name of its answers
     * @param modelFile what it is called in the folder
     */
    protected FixtureFormatContract(ForeignFormat format, String fixture, String modelFile, double tolerance) {
        this.fixtures = new Fixtures(format.name());
        this.format = format;
        this.fixture = fixture;
        this.modelFile = modelFile;
        this.tolerance = tolerance;
    }

    @Override
    protected ModelFormat format() {
        return format;
    }

    @Override
    protected void save(Path target) throws Exception {
        new ModelFolder(target)
                .write(
                        ModelDescriptor.of(format.name(), Signature.binary(Fixtures.INPUTS, "no", "yes"), null),
                        modelFile,
                        Files.readAllBytes(fixtures.file(fixture)),
                        Optional.empty());
    }

    @Override
    protected List<Map<String, Object>> rows() {
        return Fixtures.rows();
    }

    @Override
    protected double[] scores() {
        return fixtures.single(fixture.substring(0, fixture.lastIndexOf('.')));
    }

    @Override
    protected double tolerance() {
        return tolerance;
    }

    @Override
    protected String modelFile() {
        return modelFile;
    }

    @Override
    protected List<String> companions() {
        return List.of();
    }
}
