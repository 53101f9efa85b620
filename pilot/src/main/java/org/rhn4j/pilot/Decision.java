package org.rhn4j.pilot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pilot recommends, and why.
 *
 * @param recommended what to use; null where it is too close to call
 * @param incumbent the network that highway networks are held against; null where it was not trained
 * @param rhn the highway network whose depth was chosen, by validation; null where none was trained
 * @param naive the better of the naive forecasts, by validation
 * @param comparisons what the choice rests on
 * @param reasons the most important first
 */
public record Decision(
        Choice choice,
        @Nullable ContenderName recommended,
        @Nullable ContenderName incumbent,
        @Nullable ContenderName rhn,
        ContenderName naive,
        List<Comparison> comparisons,
        List<Reason> reasons) {
    /** Copies the lists. */
    public Decision {
        comparisons = List.copyOf(comparisons);
        reasons = List.copyOf(reasons);
    }

    /** What can be recommended. */
    public enum Choice {
        TAKE_RHN,
        STAY,
        NAIVE_IS_AS_GOOD,
        TOO_CLOSE
    }

    /**
     * A reason, which reports say in a sentence.
     *
     * @param subject whom it is about
     * @param other with whom it is compared
     * @param value the number that the sentence is about: a gain, a share, a ratio
     * @param low lower end of its interval, where it has one
     * @param high upper end of its interval, where it has one
     */
    public record Reason(
            Kind kind,
            @Nullable ContenderName subject,
            @Nullable ContenderName other,
            double value,
            @Nullable Double low,
            @Nullable Double high) {
        /** What is said. */
        public enum Kind {
            /** The subject's error is smaller than the other's. */
            BETTER,
            /** If the subject's error is smaller, then by too little. */
            NOTHING_WORTH_HAVING,
            /** The subject's error is larger. */
            WORSE,
            /** It cannot be told which is better, mostly because seeds differ. */
            UNCLEAR_SEEDS,
            /** It cannot be told which is better, mostly because test windows differ. */
            UNCLEAR_WINDOWS,
            /** What was measured, of which nothing tells how sure it is. */
            UNSURE,
            /** A network had one seed only, so nothing is known of its spread. */
            ONE_SEED,
            /** The test part is too short to hold windows that share no data. */
            ONE_BLOCK,
            /** The subject takes value times the other's time for a forecast. */
            SLOWER,
            /** The subject takes the value's share of the other's time for a forecast. */
            FASTER,
            /** The outermost quantiles of the subject hold only this share of the true values. */
            BAND_TOO_NARROW,
            /** The pilot was stopped before all runs were done; the value is the share that was. */
            INCOMPLETE
        }
    }
}
