package org.rhn4j.tasks.forecast;

/**
 * What is forecast of one window, in the target's unit.
 *
 * @param levels of the quantiles [Q], ascending, each within (0, 1)
 * @param quantiles [Q][H]; at each step ascending with the level
 * @param mean the expected value [H]
 */
public record Forecast(double[] levels, double[][] quantiles, double[] mean) {
    /** The number of steps H. */
    public int horizon() {
        return mean.length;
    }

    /** The quantile of a level at each step [H]; between the two neighbours in proportion, the outermost beyond them. */
    public double[] quantile(double level) {
        return Levels.of(levels, quantiles, level);
    }

    /** The median at each step [H]. */
    public double[] median() {
        return quantile(0.5);
    }
}
