package org.rhn4j.app.reproduce;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * Tells the step at which a run diverged, from the loss of every window: the first of {@value #SUSTAINED} windows in a
 * row each of whose losses is above that of predicting by frequency alone, and above {@value #RISE} times the best mean of
 * {@value #SUSTAINED} windows so far (at first, the loss of knowing nothing); or the first loss or gradient that is not
 * finite.
 *
 * <p>A run that learns nothing, or is slow, does not diverge.
 */
final class Divergence {
    /** Windows in a row that must be worse. */
    static final int SUSTAINED = 10;
    /** How much worse than the best so far they must be. */
    static final double RISE = 1.1;

    private final double constantLoss;
    private final Deque<Double> last = new ArrayDeque<>();
    private double best;
    private long since = -1;
    private long step;
    private boolean diverged;

    /**
     * @param constantLoss the loss of predicting every token by its frequency alone
     * @param uniformLoss the loss of knowing nothing, with which a run begins
     */
    Divergence(double constantLoss, double uniformLoss) {
        this.constantLoss = constantLoss;
        best = uniformLoss;
    }

    /** The loss of the next window. */
    void add(double loss) {
        if (diverged) {
            return;
        }
        step++;
        if (!Double.isFinite(loss)) {
            notFinite();
            return;
        }
        boolean worse = loss > Math.max(constantLoss, RISE * best);
        since = worse ? since < 0 ? step : since : -1;
        diverged |= worse && step - since + 1 >= SUSTAINED;
        last.addLast(loss);
        if (last.size() > SUSTAINED) {
            last.removeFirst();
        }
        if (last.size() == SUSTAINED) {
            best = Math.min(
                    best,
                    last.stream().mapToDouble(Double::doubleValue).average().orElseThrow());
        }
    }

    /** The next window's loss or gradient is not finite. */
    void notFinite() {
        if (!diverged) {
            since = since < 0 ? step + 1 : since;
            diverged = true;
        }
    }

    /** The step at which the run diverged, from 1; empty as long as it did not. */
    OptionalLong step() {
        return diverged ? OptionalLong.of(since) : OptionalLong.empty();
    }
}
