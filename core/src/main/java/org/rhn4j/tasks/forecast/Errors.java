package org.rhn4j.tasks.forecast;

/** What training makes small; in JSON {@code "scaled"}, {@code "plain"}. */
public enum Errors {
    /** Errors as parts of their window's scale: each window counts the same, as in MASE. */
    SCALED,
    /**
     * Errors as they are: windows of large numbers, or of large movements, count more, as in the weighted quantile loss. Of
     * logarithms they are shares of the value, as in sMAPE.
     */
    PLAIN;

    /**
     * How much a window counts.
     *
     * @param scale of the window
     * @param usual scale of windows
     */
    double weight(double scale, double usual) {
        return this == PLAIN ? scale / usual : 1;
    }
}
