package org.rhn4j.tasks.failure;

import java.util.Map;
import org.rhn4j.tasks.histories.HistoryFollower;

/**
 * Takes the rows of any number of units as they come, each unit's in order of time, and predicts after each row.
 *
 * <p>What it knows of a unit is of constant size, however long its history.
 */
public final class FailurePredictor implements AutoCloseable {
    private final FailureModel model;
    private final HistoryFollower follower;

    FailurePredictor(FailureModel model, HistoryFollower follower) {
        this.model = model;
        this.follower = follower;
    }

    /**
     * Takes a row.
     *
     * @param unit its name; a name not heard before is a new unit
     * @param row [C], NaN where missing
     */
    public FailurePrediction add(String unit, double[] row) {
        return model.prediction(follower.add(unit, row), 0);
    }

    /** What is known of each unit, by its name: all that another predictor of the model needs to go on. */
    public Map<String, HistoryFollower.State> states() {
        return follower.states();
    }

    /** Goes on with a unit where another predictor of the same model stood. */
    public void restore(String unit, HistoryFollower.State state) {
        follower.restore(unit, state);
    }

    /** Forgets a unit: one that was taken out of service, or repaired. */
    public void forget(String unit) {
        follower.forget(unit);
    }

    @Override
    public void close() {
        follower.close();
    }
}
