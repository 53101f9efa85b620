package org.rhn4j.tasks.forecast;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.SeriesExamples;
import org.rhn4j.tasks.series.SeriesModel;
import org.rhn4j.tasks.series.SeriesSet;

/**
 * A trained network's configuration and weights, on an engine. {@link #load} reads a model folder; {@link
 * ForecastTrainer} makes one; {@link #forecaster} forecasts.
 *
 * <p>Owns native memory: close it, after its forecasters.
 */
public final class ForecastModel extends SeriesModel {
    private final ForecastConfiguration configuration;
    private ErrorQuantiles errors;
    private @Nullable ForecastCombination combination;

    /** A model whose weights are zero. */
    ForecastModel(Engine engine, ForecastConfiguration configuration) {
        super(engine, configuration.architecture());
        this.configuration = configuration;
        errors = ErrorQuantiles.none(configuration.quantiles(), configuration.horizon());
    }

    /**
     * Loads a model folder.
     *
     * @throws org.rhn4j.UserError if the folder or a file is missing or damaged, or files do not fit one another
     */
    public static ForecastModel load(Path folder, Engine engine) {
        ForecastModel model = new ForecastModel(engine, ForecastConfiguration.read(folder));
        model.readFrom(folder, () -> {
            if (model.configuration.head() == HeadKind.MEAN) {
                Path file = folder.resolve(ErrorQuantiles.FILE);
                model.errors = Json.read(file, ErrorQuantiles.class);
                model.errors.requireFor(model.configuration, file);
            }
            model.combination = ForecastCombination.in(folder).orElse(null);
        });
        return model;
    }

    /**
     * Makes forecasts, up to {@code batch} windows side by side. Close it before the model. Several forecasters of one
     * model may work at once where each engine's team does one thing at a time: give each thread a model on its own engine.
     */
    public Forecaster forecaster(int batch) {
        return new Forecaster(this, batch);
    }

    /** As {@link #forecaster}, by the network alone, whatever it is combined with. */
    public Forecaster networkForecaster(int batch) {
        return new Forecaster(this, batch, null);
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

    /** What its forecasts are combined with; null where they are the network's alone. */
    public @Nullable ForecastCombination combination() {
        return combination;
    }

    void setCombination(ForecastCombination fitted) {
        combination = fitted;
    }

    /** What the model is. */
    public ForecastConfiguration configuration() {
        return configuration;
    }

    /** Bytes of the files that a model folder needs to forecast. */
    public static long fileBytes(Path folder) {
        long sum = 0;
        for (String name : ForecastTrainer.NEEDED) {
            Path file = folder.resolve(name);
            try {
                sum += Files.exists(file) ? Files.size(file) : 0;
            } catch (IOException e) {
                throw FileProblems.cannotRead(file, e);
            }
        }
        return sum;
    }
}
