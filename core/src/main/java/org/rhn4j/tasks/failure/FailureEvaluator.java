package org.rhn4j.tasks.failure;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.tasks.histories.History;

/**
 * Holds predictions against what became of units. Lives above the cap count as the cap, as predictions cannot be longer.
 */
public final class FailureEvaluator {
    private final FailureConfiguration configuration;
    private final LifeScore.Counter life = new LifeScore.Counter();
    private final SoonScore.Counter soon = new SoonScore.Counter();
    private int lives;
    private int outcomes;

    /**
     * What came out.
     *
     * @param life null where no remaining life is predicted or known
     * @param soon null where no probability is predicted, or nothing known to hold it against
     */
    public record Evaluation(
            @Nullable LifeScore life, @Nullable SoonScore soon) {}

    /** An evaluator that has seen nothing yet. */
    public FailureEvaluator(FailureConfiguration configuration) {
        this.configuration = configuration;
    }

    /**
     * Takes one prediction.
     *
     * @param steps that the unit ran after it
     * @param failed whether it failed then; else that is all that is known
     */
    public void add(FailurePrediction prediction, double steps, boolean failed) {
        FailureTarget target = FailureTarget.of(configuration, steps, failed);
        if (target.knowsLife()) {
            life.add(prediction, target.life());
            lives++;
        }
        if (target.knowsSoon()) {
            soon.add(prediction.probability(), target.soon());
            outcomes++;
        }
    }

    /**
     * Takes predictions after all rows of histories whose ends are known, but the first ones.
     *
     * @param seen rows that a unit must have shown before it counts, at least 1
     */
    public void addAll(List<History> histories, List<FailurePrediction[]> predictions, int seen) {
        for (int i = 0; i < histories.size(); i++) {
            History history = histories.get(i);
            for (int row = seen - 1; row < history.length(); row++) {
                double steps = history.left(row) / (double) configuration.step().count();
                add(predictions.get(i)[row], steps, history.hasOutcome());
            }
        }
    }

    /** The scores of all that was taken. */
    public Evaluation evaluation() {
        return new Evaluation(lives == 0 ? null : life.score(), outcomes == 0 ? null : soon.score());
    }
}
