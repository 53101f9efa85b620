package org.rhn4j.tasks.forecast;

/** Below what no forecast goes; in JSON {@code "none"}, {@code "zero"}, {@code "lowest"}. */
public enum Floor {
    /** Nothing. */
    NONE,
    /** Zero, for a series that was never below it. */
    ZERO,
    /** The lowest value of the series so far: for series that lie on a floor of their own. */
    LOWEST;

    /**
     * The least value that a forecast may have.
     *
     * @param lowest the lowest value so far
     */
    double of(double lowest) {
        return switch (this) {
            case NONE -> Double.NEGATIVE_INFINITY;
            case ZERO -> lowest >= 0 ? 0 : Double.NEGATIVE_INFINITY;
            case LOWEST -> lowest;
        };
    }
}
