package org.rhn4j.tasks.forecast;

import java.util.List;
import org.rhn4j.UserError;

/** Levels of quantiles. */
final class Levels {
    private Levels() {}

    /** @throws UserError if they are not ascending within (0, 1) */
    static void require(List<Double> levels) {
        double before = 0;
        for (double level : levels) {
            if (!(level > before && level < 1)) {
                throw new UserError(
                        "The quantiles %s are not ascending numbers between 0 and 1; give them as in .1,.5,.9."
                                .formatted(levels));
            }
            before = level;
        }
        if (levels.isEmpty()) {
            throw new UserError("There is no quantile to forecast; give some as in .1,.5,.9.");
        }
    }

    /** The values of a level, where those of others [Q][n] are known. */
    static double[] of(double[] levels, double[][] quantiles, double level) {
        int above = 0;
        while (above < levels.length && levels[above] < level) {
            above++;
        }
        if (above == 0 || above == levels.length) {
            return quantiles[above == 0 ? 0 : levels.length - 1].clone();
        }
        double share = (level - levels[above - 1]) / (levels[above] - levels[above - 1]);
        double[] values = new double[quantiles[above].length];
        for (int h = 0; h < values.length; h++) {
            values[h] = quantiles[above - 1][h] + share * (quantiles[above][h] - quantiles[above - 1][h]);
        }
        return values;
    }

    /** The quantile of sorted values, between the two neighbours in proportion. */
    static double ofSorted(double[] sorted, int count, double level) {
        double place = level * (count - 1);
        int below = (int) place;
        int above = Math.min(below + 1, count - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
