package org.rhn4j.api;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.failure.FailureConfiguration;
import org.rhn4j.tasks.failure.FailureData;
import org.rhn4j.tasks.failure.FailurePlan;
import org.rhn4j.tasks.failure.FailurePrediction;
import org.rhn4j.tasks.failure.FailureTrainer;
import org.rhn4j.tasks.histories.HistoryReader;
import org.rhn4j.tasks.histories.HistorySchema;
import org.rhn4j.tasks.histories.HistorySet;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.training.TrainingSettings;

/**
 * Predicts failures: how many rows a unit that wears out has left, from histories of units that failed.
 *
 * <p>Owns native memory: close it. Several threads may share it.
 */
public final class FailureModel implements Model {
    private final Engine engine;
    private final org.rhn4j.tasks.failure.FailureModel model;

    private FailureModel(Engine engine, org.rhn4j.tasks.failure.FailureModel model) {
        this.engine = engine;
        this.model = model;
    }

    /**
     * What is foreseen for a unit after its last row.
     *
     * @param unit its name
     * @param life rows left, expected, at most the model's cap
     * @param lower life that is passed but for half of what the coverage leaves
     * @param upper life that is reached only in the other half
     */
    public record Life(String unit, double life, double lower, double upper) {}

    /**
     * Trains on the histories of units that ended with a failure.
     *
     * @param unit the column that tells units apart; all other numbers are features
     * @throws org.rhn4j.UserError if the table cannot be used, or the folder cannot be written
     */
    public static FailureModel train(Table table, String unit, Training training) {
        TrainingSettings settings = training.over(FailurePlan.settings());
        FailurePlan plan = FailurePlan.of(training.over(FailurePlan.NETWORK));
        HistorySet set = table.read(
                file -> new HistoryReader(HistorySchema.of(unit), ReadingOptions.AUTOMATIC, false).read(file));
        FailureData data =
                plan.prepare(set, FailurePlan.split(set.units(), FailurePlan.VALIDATION, settings.seed()), false);
        try (Engine engine = training.engine();
                FailureTrainer trainer =
                        new FailureTrainer(engine, data, List.of(), settings, training.folder(), training.listener())) {
            trainer.train();
        }
        return load(training.folder());
    }

    /**
     * Loads a model folder.
     *
     * @throws org.rhn4j.UserError if it is missing, damaged, or of another task
     */
    public static FailureModel load(Path folder) {
        return Models.loadOn(
                Engine.automatic(),
                engine -> new FailureModel(engine, org.rhn4j.tasks.failure.FailureModel.load(folder, engine)));
    }

    /**
     * Foresees the life left of each unit of a table.
     *
     * @throws org.rhn4j.UserError if the table is not like the one that the model was trained on
     */
    public List<Life> predict(Table table) {
        FailureConfiguration c = model.configuration();
        HistorySet set = table.read(file -> new HistoryReader(c.schema(), c.reading(), c.fill()).read(file));
        List<FailurePrediction> predictions = model.predictLast(set.units());
        List<Life> lives = new ArrayList<>();
        for (int i = 0; i < predictions.size(); i++) {
            FailurePrediction each = predictions.get(i);
            lives.add(new Life(set.units().get(i).unit(), each.life(), each.lower(), each.upper()));
        }
        return lives;
    }

    @Override
    public String task() {
        return FailureConfiguration.TASK;
    }

    @Override
    public long parameters() {
        return model.configuration().parameterCount();
    }

    @Override
    public void close() {
        model.close();
        engine.close();
    }
}
