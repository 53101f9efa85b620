package org.rhn4j.tasks.anomaly;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesExamples;
import org.rhn4j.tasks.series.SeriesModel;
import org.rhn4j.training.Initialization;

/**
 * A trained detector's configuration, weights and calibration, on an engine. {@link #load} reads a model folder;
 * {@link AnomalyTrainer} makes one; {@link #detector} takes rows.
 *
 * <p>Owns native memory: close it, after its detectors. Not safe for use by several threads at once.
 */
public final class AnomalyModel extends SeriesModel {
    /** The calibration in a model folder. */
    public static final String CALIBRATION_FILE = "calibration.json";

    private final AnomalyConfiguration configuration;
    private List<Tail> tails;

    /**
     * How surprising rows are in training, for one way of looking; see {@link ErrorTail}.
     *
     * @param threshold surprise that 3 % of the rows pass
     * @param meanExcess mean of what lies beyond it
     * @param meanSquare mean square of what lies beyond it
     */
    public record Tail(double threshold, double meanExcess, double meanSquare) {}

    /** The content of {@link #CALIBRATION_FILE}: a tail for each way of looking, in the configuration's order. */
    record Calibration(List<Tail> tails) {}

    /** A model whose weights are zero and that is not calibrated. */
    AnomalyModel(Engine engine, AnomalyConfiguration configuration) {
        super(engine, configuration.architecture());
        this.configuration = configuration;
        ErrorTail plain = new ErrorTail(configuration.memory());
        tails = new ArrayList<>();
        for (int k = 0; k < configuration.lookaheads().size(); k++) {
            tails.add(tail(plain));
        }
    }

    /**
     * Loads a model folder.
     *
     * @throws UserError if the folder or a file is missing or damaged, or files do not fit one another
     */
    public static AnomalyModel load(Path folder, Engine engine) {
        AnomalyModel model = new AnomalyModel(engine, AnomalyConfiguration.read(folder));
        model.readFrom(folder, () -> {
            Path file = folder.resolve(CALIBRATION_FILE);
            List<Tail> read = Json.read(file, Calibration.class).tails();
            if (read.size() != model.tails.size()) {
                throw new UserError("%s has %d tails, but config.json %d lookaheads; take both files from one model."
                        .formatted(file, read.size(), model.tails.size()));
            }
            model.tails = read;
        });
        return model;
    }

    /** A model with random weights that is not calibrated, to measure the speed of its sizes. */
    public static AnomalyModel untrained(Engine engine, AnomalyConfiguration configuration) {
        AnomalyModel model = new AnomalyModel(engine, configuration);
        Initialization.uniform(model.parameters(), configuration.architecture(), 0, -1, new RandomSource(1));
        return model;
    }

    /** A detector that has seen no row yet, with the model's calibration. Close it before the model. */
    public AnomalyDetector detector() {
        return detector(configuration.falseAlarms());
    }

    /** As {@link #detector()}, with another rate of false alarms, per row. */
    public AnomalyDetector detector(double falseAlarms) {
        return new AnomalyDetector(this, falseAlarms);
    }

    /**
     * The model with a series to run it on, to have it explained.
     *
     * @param series has the configuration's channels
     * @throws UserError if it has too few rows
     */
    public SeriesExamples examples(Series series) {
        return new AnomalyExamples(this, series);
    }

    static Tail tail(ErrorTail tail) {
        double[] values = tail.values();
        return new Tail(values[0], values[1], values[2]);
    }

    void calibrate(List<Tail> values) {
        tails = List.copyOf(values);
    }

    List<Tail> tails() {
        return tails;
    }

    void writeConfiguration(Path folder) {
        Json.write(folder.resolve(AnomalyConfiguration.FILE), configuration);
    }

    void writeCalibration(Path folder) {
        Json.write(folder.resolve(CALIBRATION_FILE), new Calibration(tails));
    }

    /** What the model is. */
    public AnomalyConfiguration configuration() {
        return configuration;
    }
}
