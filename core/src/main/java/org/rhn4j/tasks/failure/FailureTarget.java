package org.rhn4j.tasks.failure;

import org.rhn4j.tasks.histories.History;

/**
 * What became of a unit after one of its rows, as far as it is known.
 *
 * @param life remaining life in steps, at most the cap; NaN where it is not known
 * @param within whether the unit failed soon: 1 or 0; NaN where it is not known
 */
record FailureTarget(double life, double within) {
    /**
     * What is known of a row. Of a unit that was still running at its last row it is known that it lived that long.
     *
     * @param configuration tells the cap, and what soon is
     */
    static FailureTarget of(FailureConfiguration configuration, History history, int row) {
        return of(
                configuration, history.left(row) / (double) configuration.step().count(), history.hasOutcome());
    }

    /** As {@link #of(FailureConfiguration, History, int)}, for a unit that has been seen to run for so many steps. */
    static FailureTarget of(FailureConfiguration configuration, double steps, boolean failed) {
        double cap = configuration.cap();
        double soon = configuration.within();
        double life = failed || steps >= cap ? Math.min(cap, steps) : Double.NaN;
        double within = steps > soon || (!failed && steps >= soon) ? 0 : failed ? 1 : Double.NaN;
        return new FailureTarget(cap > 0 ? life : Double.NaN, soon > 0 ? within : Double.NaN);
    }

    boolean knowsLife() {
        return !Double.isNaN(life);
    }

    boolean knowsSoon() {
        return !Double.isNaN(within);
    }

    boolean soon() {
        return within > 0;
    }

    /** Whether anything is known. */
    boolean isKnown() {
        return knowsLife() || knowsSoon();
    }
}
