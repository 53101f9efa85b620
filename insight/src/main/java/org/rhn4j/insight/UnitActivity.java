package org.rhn4j.insight;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where in the data one unit's gate opens.
 *
 * @param gate which gate, by the name that its cell gives it
 * @param microLayer of which micro-layer
 * @param unit which unit
 * @param mean mean over the data
 * @param standardDeviation standard deviation over the data
 * @param timeConstant the unit's memory in steps, see {@link GateReport#timeConstants}; null where nothing is carried
 * @param byStep at each step of {@link ModelExplanation#stretch}
 * @param profiles its mean by groups of places: for a text, the tokens at which it is open widest on average; for
 *     series, by values and by the calendar, first that which tells most of its variance
 * @param positions the places where it was open widest, widest first
 */
public record UnitActivity(
        String gate,
        int microLayer,
        int unit,
        double mean,
        double standardDeviation,
        @Nullable Double timeConstant,
        float[] byStep,
        List<Profile> profiles,
        List<Position> positions) {
    /** Copies the lists. */
    public UnitActivity {
        profiles = List.copyOf(profiles);
        positions = List.copyOf(positions);
    }

    /** What places are grouped by. */
    public enum Grouping {
        /** The token that entered. */
        TOKEN,
        /** The size of a measured value, in groups of about equally many. */
        VALUE,
        /** The hour of the day, from 0. */
        HOUR,
        /** The day of the week, from 1, Monday. */
        WEEKDAY,
        /** The month of the year, from 1. */
        MONTH
    }

    /**
     * The gate's mean in each group of places.
     *
     * @param by what places are grouped by
     * @param channel which measured value; empty where it is not one's
     * @param openings tokens, widest open first; or all groups that came, in their own order
     */
    public record Profile(Grouping by, String channel, List<Opening> openings) {
        /** Copies the list. */
        public Profile {
            openings = List.copyOf(openings);
        }
    }

    /**
     * How open a gate is in a group of places: at the steps that they enter.
     *
     * @param text what the group is called
     * @param count how often it came
     * @param mean the gate's mean then
     */
    public record Opening(String text, int count, double mean) {}

    /**
     * How open a gate was at a place.
     *
     * @param position index of the token in the text, or of the row in its series
     * @param text the token, or the time stamp
     * @param value the gate then
     */
    public record Position(int position, String text, double value) {}

    /** A unit to be shown: its gate is that which lets something new in, of one micro-layer. */
    public record Choice(int layer, int microLayer, int unit) {}
}
