package org.rhn4j.tasks.forecast.simple;

/** What is done to values before a method sees them. */
public enum Axis {
    /** Nothing. */
    PLAIN,
    /** Their logarithm: what counts are shares; for values above zero. */
    LOG;

    /** A value on the axis; NaN where it has no place there. */
    double apply(double value) {
        return this == PLAIN ? value : value > 0 ? Math.log(value) : Double.NaN;
    }

    double invert(double value) {
        return this == PLAIN ? value : Math.exp(value);
    }

    /** The first {@code count} values on the axis. */
    double[] apply(double[] values, int count) {
        double[] moved = new double[count];
        for (int t = 0; t < count; t++) {
            moved[t] = apply(values[t]);
        }
        return moved;
    }
}
