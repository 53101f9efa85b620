package org.rhn4j.pilot;

/**
 * A contender beside another, on the same test windows.
 *
 * @param gain by how much its mean error is smaller, as a share of the other's; negative where it is larger
 * @param low lower end of the gain's 95 % interval
 * @param high upper end of the gain's 95 % interval
 * @param seedShare share of the interval's variance that is from seeds; the rest is from test windows
 * @param degreesOfFreedom of the t distribution that the interval is from
 * @param spreadKnown whether there were two seeds of each network and two blocks of windows at least; without them the
 *     interval is too narrow and the verdict unclear
 * @param verdict what follows
 */
public record Comparison(
        ContenderName candidate,
        ContenderName reference,
        double gain,
        double low,
        double high,
        double seedShare,
        double degreesOfFreedom,
        boolean spreadKnown,
        Verdict verdict) {
    /** What a comparison says. */
    public enum Verdict {
        /** The gain is real, and large enough to care. */
        BETTER,
        /** If there is a gain, it is smaller than what is worth having. */
        NOTHING_WORTH_HAVING,
        /** It is worse. */
        WORSE,
        /** The interval allows a gain worth having and none: more seeds or more data would tell. */
        UNCLEAR
    }
}
