package org.rhn4j.tasks.anomaly;

/**
 * What a detector says of one row.
 *
 * @param score in [0, 1): L / (L + 4), where one row in 10^L is as surprising; 0.5 is one row in ten thousand, 0.6 one in
 *     a million
 * @param probability that a usual row is as surprising as this one or more, in (0, 1]
 * @param onset the score where it is higher than those of the rows before as far as they are remembered, else 0: an event
 *     of many rows has few of them
 * @param alarm whether an alarm is raised here; an alarm that goes on is raised once
 * @param lookahead the way of looking that found the row most surprising, an index into the configuration's
 * @param contributions [C], each channel's share of that surprise; they add up to 1, or are all 0 where nothing was
 *     predicted yet
 */
@SuppressWarnings("ArrayRecordComponent")
public record Detection(
        double score, double probability, double onset, boolean alarm, int lookahead, double[] contributions) {
    private static final double HALF = 4;

    /** The score of a probability. */
    public static double score(double probability) {
        double rarity = -Math.log10(probability);
        return rarity <= 0 ? 0 : rarity / (rarity + HALF);
    }

    /** The channel that contributed most; −1 where none did. */
    public int mainChannel() {
        int main = -1;
        for (int c = 0; c < contributions.length; c++) {
            if (contributions[c] > (main < 0 ? 0 : contributions[main])) {
                main = c;
            }
        }
        return main;
    }
}
