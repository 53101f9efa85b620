package org.rhn4j.tasks.failure;

import java.util.Arrays;
import org.rhn4j.tasks.histories.History;
import org.rhn4j.tasks.histories.HistoryLoss;

/**
 * What the network's outputs of a row mean, and how they are held against what happened.
 *
 * <p>Life, as a share of the cap: its expectation p by squared error, and the ends p − w(a) and p + w(b) of an interval by
 * the quantile (pinball) loss (Koenker and Bassett, 1978). Widths w are positive, so that the three never cross; they
 * learn around p and do not pull at it. A failure soon: a logit, by cross entropy.
 */
final class FailureOutputs implements HistoryLoss {
    private static final int LIFE_OUTPUTS = 3;
    /** A width of about a tenth of the cap where the output is 0. */
    private static final double WIDTH = 0.15;

    private static final double SQUARED_WEIGHT = 2;
    private static final double SOON_WEIGHT = 0.2;

    private final FailureConfiguration configuration;
    private final boolean life;
    private final boolean soon;
    private final double cap;
    private final double tail;

    FailureOutputs(FailureConfiguration configuration) {
        this.configuration = configuration;
        life = configuration.predictsLife();
        soon = configuration.predictsSoon();
        cap = configuration.cap();
        tail = (1 - configuration.coverage()) / 2;
    }

    @Override
    public double weight(History history, int row) {
        return FailureTarget.of(configuration, history, row).isKnown() ? 1 : 0;
    }

    @Override
    public double apply(History history, int row, float[] outputs, double weight, float[] gradient) {
        return loss(FailureTarget.of(configuration, history, row), outputs, weight, gradient);
    }

    /** O. */
    static int size(FailureConfiguration configuration) {
        return (configuration.predictsLife() ? LIFE_OUTPUTS : 0) + (configuration.predictsSoon() ? 1 : 0);
    }

    /**
     * The loss of a row.
     *
     * @param target what happened
     * @param outputs values [O]
     * @param weight of the row
     * @param gradient receives ∂loss/∂outputs [O], but the interval's is not passed on to p
     */
    double loss(FailureTarget target, float[] outputs, double weight, float[] gradient) {
        Arrays.fill(gradient, 0f);
        double loss = 0;
        if (life && target.knowsLife()) {
            double y = target.life() / cap;
            double error = outputs[0] - y;
            gradient[0] = (float) (weight * 2 * SQUARED_WEIGHT * error);
            loss += SQUARED_WEIGHT * error * error;
            double below = y - (outputs[0] - width(outputs[1]));
            loss += quantileLoss(tail, below);
            gradient[1] = (float) (-weight * quantileSlope(tail, below) * -widthSlope(outputs[1]));
            double above = y - (outputs[0] + width(outputs[2]));
            loss += quantileLoss(1 - tail, above);
            gradient[2] = (float) (-weight * quantileSlope(1 - tail, above) * widthSlope(outputs[2]));
        }
        if (soon && target.knowsSoon()) {
            int at = gradient.length - 1;
            double sign = target.soon() ? -1 : 1;
            loss += SOON_WEIGHT * softplus(sign * outputs[at]);
            gradient[at] = (float) (weight * SOON_WEIGHT * (probability(outputs[at]) - (target.soon() ? 1 : 0)));
        }
        return weight * loss;
    }

    /**
     * What the outputs say.
     *
     * @param widening factor of the interval's half widths
     */
    FailurePrediction prediction(float[] outputs, int at, double widening) {
        double p = Double.NaN;
        double lower = Double.NaN;
        double upper = Double.NaN;
        if (life) {
            p = clamped(outputs[at]);
            lower = clamped(outputs[at] - widening * width(outputs[at + 1]));
            upper = clamped(outputs[at] + widening * width(outputs[at + 2]));
        }
        double chance = soon ? probability(outputs[at + (life ? LIFE_OUTPUTS : 0)]) : Double.NaN;
        return new FailurePrediction(p, lower, upper, chance);
    }

    /**
     * The factor that the half widths need for the interval to reach the truth.
     *
     * @param steps what life was left
     */
    double neededWidening(float[] outputs, int at, double steps) {
        double error = steps / cap - outputs[at];
        boolean reached = steps >= cap && outputs[at] >= 1;
        return reached ? 0 : Math.abs(error) / width(outputs[at + (error < 0 ? 1 : 2)]);
    }

    private double clamped(double share) {
        return cap * Math.clamp(share, 0, 1);
    }

    /** The quantile loss of a truth that lies {@code error} above the q-quantile. */
    static double quantileLoss(double q, double error) {
        return error * quantileSlope(q, error);
    }

    private static double quantileSlope(double q, double error) {
        return error >= 0 ? q : q - 1;
    }

    private static double width(double output) {
        return WIDTH * softplus(output);
    }

    private static double widthSlope(double output) {
        return WIDTH * probability(output);
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double probability(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }
}
