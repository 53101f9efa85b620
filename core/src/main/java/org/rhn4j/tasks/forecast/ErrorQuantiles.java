package org.rhn4j.tasks.forecast;

import java.util.List;
import org.rhn4j.UserError;

/**
 * Quantiles of what a mean is off by, on the scaled axis, one row for each step: the content of {@code errors.json} of a
 * model whose head is the mean.
 *
 * @param levels ascending
 * @param quantiles [H][levels]
 */
record ErrorQuantiles(List<Double> levels, double[][] quantiles) {
    /** The file in a model folder. */
    static final String FILE = "errors.json";

    /** All errors nothing: before they are measured. */
    static ErrorQuantiles none(List<Double> levels, int horizon) {
        return new ErrorQuantiles(levels, new double[horizon][levels.size()]);
    }

    void requireFor(ForecastConfiguration configuration, Object source) {
        boolean fits = quantiles.length == configuration.horizon();
        for (double[] row : quantiles) {
            fits &= row.length == levels.size();
        }
        if (!fits || levels.isEmpty()) {
            throw new UserError("%s is not of a horizon of %d rows; take both files from one model."
                    .formatted(source, configuration.horizon()));
        }
    }

    /** The error of a level at a step. */
    double at(int step, double level) {
        double[] own = quantiles[step];
        int above = 0;
        while (above < own.length && levels.get(above) < level) {
            above++;
        }
        if (above == 0 || above == own.length) {
            return own[above == 0 ? 0 : own.length - 1];
        }
        double below = levels.get(above - 1);
        return own[above - 1] + (level - below) / (levels.get(above) - below) * (own[above] - own[above - 1]);
    }
}
