package org.rhn4j.tasks.forecast;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.SequenceNetwork;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.MemoryBudget;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.SeriesExamples;
import org.rhn4j.tasks.series.SeriesSet;

/**
 * A trained network's configuration and weights, on an engine. {@link #load} reads a model folder; {@link
 * ForecastTrainer} makes one; {@link #forecaster} forecasts.
 *
 * <p>Owns native memory: close it, after its forecasters.
 */
public final class ForecastModel implements AutoCloseable {
    private final Engine engine;
    private final ForecastConfiguration configuration;
    private final Parameters parameters;
    private ErrorQuantiles errors;

    /** A model whose weights are zero. */
    ForecastModel(Engine engine, ForecastConfiguration configuration) {
        this.engine = engine;
        this.configuration = configuration;
        parameters = SequenceNetwork.parameters(configuration.architecture(), engine.threads());
        MemoryBudget.require(
                Float.BYTES * parameters.floats(),
                String.format(Locale.ROOT, "A network of %,d parameters", configuration.parameterCount()),
                "choose a smaller one");
        parameters.allocate();
        errors = ErrorQuantiles.none(configuration.quantiles(), configuration.horizon());
    }

    /**
     * Loads a model folder.
     *
     * @throws org.rhn4j.UserError if the folder or a file is missing or damaged, or files do not fit one another
     */
    public static ForecastModel load(Path folder, Engine engine) {
        ForecastModel model = new ForecastModel(engine, ForecastConfiguration.read(folder));
        try {
            ParameterFile.read(folder.resolve(ParameterFile.NAME), model.parameters);
            if (model.configuration.head() == HeadKind.MEAN) {
                Path file = folder.resolve(ErrorQuantiles.FILE);
                model.errors = Json.read(file, ErrorQuantiles.class);
                model.errors.requireFor(model.configuration, file);
            }
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
        return model;
    }

    /**
     * Makes forecasts, up to {@code batch} windows side by side. Close it before the model. Several forecasters of one
     * model may work at once where each engine's team does one thing at a time: give each thread a model on its own engine.
     */
    public Forecaster forecaster(int batch) {
        return new Forecaster(this, batch);
    }

    /**
     * The model with series to run it on, to have it explained.
     *
     * @throws org.rhn4j.UserError if no series has rows enough
     */
    public SeriesExamples examples(SeriesSet set) {
        return new ForecastExamples(this, set);
    }

    void writeDescription(Path folder) {
        Json.write(folder.resolve(ForecastConfiguration.FILE), configuration);
        writeErrors(folder);
    }

    void writeErrors(Path folder) {
        if (configuration.head() == HeadKind.MEAN) {
            Json.write(folder.resolve(ErrorQuantiles.FILE), errors);
        }
    }

    void setErrors(ErrorQuantiles measured) {
        errors = measured;
    }

    ErrorQuantiles errors() {
        return errors;
    }

    /** The engine that the model runs on. */
    public Engine engine() {
        return engine;
    }

    /** What the model is. */
    public ForecastConfiguration configuration() {
        return configuration;
    }

    /** Its weights, by the names of the model format. */
    public Parameters parameters() {
        return parameters;
    }

    /** Bytes of memory outside the Java heap that the weights take; {@link Forecaster#memoryBytes} adds to it. */
    public long memoryBytes() {
        return Float.BYTES * parameters.floats();
    }

    /** Bytes of the files that a model folder needs to forecast. */
    public static long fileBytes(Path folder) {
        long sum = 0;
        for (String name : new String[] {ForecastConfiguration.FILE, ParameterFile.NAME, ErrorQuantiles.FILE}) {
            Path file = folder.resolve(name);
            try {
                sum += Files.exists(file) ? Files.size(file) : 0;
            } catch (IOException e) {
                throw FileProblems.cannotRead(file, e);
            }
        }
        return sum;
    }

    @Override
    public void close() {
        parameters.close();
    }
}
