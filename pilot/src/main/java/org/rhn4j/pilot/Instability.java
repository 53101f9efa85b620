package org.rhn4j.pilot;

import org.jspecify.annotations.Nullable;

/**
 * Something that makes training unstable here.
 *
 * @param contender whose training it was; null for what lies in the data
 * @param seed of that training; null for what lies in the data
 * @param when time stamps in the data, with the series where there are several, or the share of a training's time as 42 %, or null
 * @param value what was seen
 * @param threshold from where on it is told
 * @param count how often
 */
public record Instability(
        Kind kind,
        @Nullable ContenderName contender,
        @Nullable Long seed,
        @Nullable String when,
        double value,
        double threshold,
        int count) {
    /** The same, of a series among several. */
    Instability in(String series) {
        return new Instability(kind, contender, seed, series + " · " + when, value, threshold, count);
    }

    /** What can be found. */
    public enum Kind {
        /** The training loss jumped; the value is the jump over the usual loss. */
        LOSS_SPIKE,
        /** A gradient was far longer than usual; the value is how many times the median. */
        GRADIENT_SPIKE,
        /** Steps moved the weights too far; the value is by which share of their size. */
        UPDATES_TOO_LARGE,
        /** Gradients grew on their way back in time; the value is how much over the whole past. */
        GRADIENTS_GROW,
        /** Gates and units stuck; the value is the share of units that no longer reacted to their weights. */
        SATURATED,
        /** The loss or a gradient was not finite, and training went back a little. */
        NOT_FINITE,
        /** Seeds end far apart; the value is the range of their errors over the mean. */
        SEED_SPREAD,
        /** Seeds got unequal numbers of updates in equal time; the value is the most over the fewest. */
        BUSY_MACHINE,
        /** Single values far off the same place in the seasons around them; the value is the largest, in usual distances. */
        SHOCK,
        /** The level moved and stayed; the value is the change over the level before. */
        LEVEL_SHIFT
    }
}
