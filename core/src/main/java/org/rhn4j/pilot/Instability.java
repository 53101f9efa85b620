package org.rhn4j.pilot;

import org.jspecify.annotations.Nullable;

/**
 * Something that makes training unstable here.
 *
 * @param contender whose training it was; null for what lies in the data
 * @param seed of that training; null for what lies in the data
 * @param when a time stamp in the data, or the share of a training's time as 42 %, or null
 * @param until the last time stamp of it, or null
 * @param value what was seen
 * @param threshold from where on it is told
 * @param count how often
 */
public record Instability(
        Kind kind,
        @Nullable ContenderName contender,
        @Nullable Long seed,
        @Nullable String when,
        @Nullable String until,
        double value,
        double threshold,
        int count) {
    /** What can be found. */
    public enum Kind {
        /** The training loss jumped; the value is the jump over the usual loss. */
        LOSS_SPIKE,
        /** A gradient was far longer than usual; the value is how many times the median. */
        GRADIENT_SPIKE,
        /** Gates that never open; the value is their share. */
        GATES_SHUT,
        /** Gates that never shut; the value is their share. */
        GATES_OPEN,
        /** Seeds end far apart; the value is the range of their errors over the mean. */
        SEED_SPREAD,
        /** A single value far off what the season before suggests; the value is in typical season-to-season changes. */
        SHOCK,
        /** The level moved and stayed; the value is the change over the level before. */
        LEVEL_SHIFT
    }
}
