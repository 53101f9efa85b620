package org.rhn4j.tasks.failure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.histories.History;
import org.rhn4j.tasks.histories.HistoryExamples;
import org.rhn4j.tasks.histories.HistoryModel;
import org.rhn4j.tasks.histories.HistorySet;
import org.rhn4j.tasks.series.SeriesExamples;

/**
 * A trained predictor's configuration, weights and calibration, on an engine. {@link #load} reads a model folder;
 * {@link FailureTrainer} makes one; {@link #predictor} takes rows as they come, {@link #predict} whole histories.
 *
 * <p>Owns native memory: close it, after its predictors. Not safe for use by several threads at once.
 */
public final class FailureModel extends HistoryModel {
    /** The calibration in a model folder. */
    public static final String CALIBRATION_FILE = "calibration.json";

    /** What remaining useful life is usually called. */
    private static final String LIFE = "RUL";

    private final FailureConfiguration configuration;
    private final FailureOutputs outputs;
    private Calibration calibration = new Calibration(1, 0);

    /**
     * The content of {@link #CALIBRATION_FILE}.
     *
     * @param widening factor of the intervals' half widths
     * @param units validation units that it was found on; 0 where there were none, and the factor is 1
     */
    public record Calibration(double widening, int units) {
        /**
         * @throws UserError if the factor is none
         */
        public Calibration {
            if (!(widening >= 0 && Double.isFinite(widening))) {
                throw new UserError("The calibration's widening is %s, but must be 0 or more.".formatted(widening));
            }
        }
    }

    /** A model whose weights are zero and that is not calibrated. */
    FailureModel(Engine engine, FailureConfiguration configuration) {
        this(engine, configuration, new FailureOutputs(configuration));
    }

    private FailureModel(Engine engine, FailureConfiguration configuration, FailureOutputs outputs) {
        super(engine, configuration.architecture(), configuration.encoding(), outputs);
        this.configuration = configuration;
        this.outputs = outputs;
    }

    /**
     * Loads a model folder.
     *
     * @throws UserError if the folder or a file is missing or damaged, or files do not fit one another
     */
    public static FailureModel load(Path folder, Engine engine) {
        FailureModel model = new FailureModel(engine, FailureConfiguration.read(folder));
        model.readFrom(folder, () -> {
            model.calibration = Json.read(folder.resolve(CALIBRATION_FILE), Calibration.class);
        });
        return model;
    }

    /** A predictor that has seen no row yet. Close it before the model. */
    public FailurePredictor predictor() {
        return new FailurePredictor(this, follower());
    }

    /**
     * Predicts after every row of histories: what a {@link #predictor} says when it is given the rows one by one.
     *
     * @param histories have the configuration's features
     * @return for each history its predictions, a row's at its index
     */
    public List<FailurePrediction[]> predict(List<History> histories) {
        List<FailurePrediction[]> predictions = new ArrayList<>();
        histories.forEach(history -> predictions.add(new FailurePrediction[history.length()]));
        run(histories, (unit, row, all, at) -> predictions.get(unit)[row] = prediction(all, at));
        return predictions;
    }

    /** Predicts after the last row of histories. */
    public List<FailurePrediction> predictLast(List<History> histories) {
        return predict(histories).stream().map(each -> each[each.length - 1]).toList();
    }

    @Override
    public SeriesExamples examples(HistorySet set) {
        double step = configuration.step().count();
        return new HistoryExamples(
                this,
                set,
                List.of(new HistoryExamples.Told(
                        LIFE, (unit, row) -> unit.hasOutcome() ? unit.left(row) / step : Double.NaN)));
    }

    FailurePrediction prediction(float[] all, int at) {
        return outputs.prediction(all, at, calibration.widening());
    }

    /**
     * Finds the widening at which intervals reach the lives of so many rows as the coverage says (conformal prediction:
     * Romano, Patterson, Candès, 2019). Rows of one unit are alike, so each unit counts as much as any other.
     */
    void calibrate(List<History> units) {
        if (!configuration.predictsLife()) {
            return;
        }
        record Needed(double widening, double weight) {}
        List<Needed> needed = new ArrayList<>();
        run(units, (unit, row, all, at) -> {
            History history = units.get(unit);
            FailureTarget target = FailureTarget.of(configuration, history, row);
            if (target.knowsLife()) {
                needed.add(new Needed(outputs.neededWidening(all, at, target.life()), 1.0 / history.length()));
            }
        });
        needed.sort(Comparator.comparingDouble(Needed::widening));
        double total = needed.stream().mapToDouble(Needed::weight).sum();
        double sum = 0;
        for (Needed each : needed) {
            sum += each.weight();
            if (sum >= configuration.coverage() * total) {
                calibration = new Calibration(each.widening(), units.size());
                return;
            }
        }
    }

    @Override
    protected void writeDescription(Path folder) {
        super.writeDescription(folder);
        Json.write(folder.resolve(CALIBRATION_FILE), calibration);
    }

    /** How intervals were widened. */
    public Calibration calibration() {
        return calibration;
    }

    @Override
    public FailureConfiguration configuration() {
        return configuration;
    }
}
