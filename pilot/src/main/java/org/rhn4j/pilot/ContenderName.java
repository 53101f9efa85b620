package org.rhn4j.pilot;

/**
 * What competes in a pilot.
 *
 * @param depth micro-layers of a step: of a highway network at least 1, of all others 1
 */
public record ContenderName(Kind kind, int depth) {
    /** The kinds of forecast. */
    public enum Kind {
        /** The last value, repeated. */
        NAIVE,
        /** The last season, repeated. */
        SEASONAL_NAIVE,
        /** A long short-term memory. */
        LSTM,
        /** A recurrent highway network. */
        RHN
    }

    public static final ContenderName NAIVE = new ContenderName(Kind.NAIVE, 1);
    public static final ContenderName SEASONAL_NAIVE = new ContenderName(Kind.SEASONAL_NAIVE, 1);
    public static final ContenderName LSTM = new ContenderName(Kind.LSTM, 1);

    /** @throws IllegalArgumentException if the kind has no such depth */
    public ContenderName {
        if (depth < 1 || (depth > 1 && kind != Kind.RHN)) {
            throw new IllegalArgumentException("no " + kind + " of depth " + depth);
        }
    }

    /** A highway network with this many micro-layers. */
    public static ContenderName rhn(int depth) {
        return new ContenderName(Kind.RHN, depth);
    }

    /** Whether it is trained. */
    public boolean learns() {
        return kind == Kind.LSTM || kind == Kind.RHN;
    }
}
