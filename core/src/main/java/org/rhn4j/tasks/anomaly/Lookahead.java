package org.rhn4j.tasks.anomaly;

/**
 * One way of looking for anomalies: predictions made {@code horizon} rows ago, their surprise averaged over the last
 * {@code mean} rows. One row ahead finds what jumps; many rows ahead finds what drifts, or keeps a shape it should not.
 *
 * <p>Zero rows ahead nothing is predicted: a value is held against the distribution of the training rows, which finds
 * what lies out of all that was usual.
 *
 * @param horizon rows from a prediction to what it predicts; 0 for no prediction
 * @param mean rows averaged over, at least 1
 */
public record Lookahead(int horizon, int mean) {
    /** The lookahead of a horizon without averaging. */
    public static Lookahead of(int horizon) {
        return new Lookahead(horizon, 1);
    }

    /**
     * @throws IllegalArgumentException if the horizon is below 0, or the mean below 1
     */
    public Lookahead {
        if (horizon < 0 || mean < 1) {
            throw new IllegalArgumentException("looks " + horizon + " rows ahead, averages " + mean);
        }
    }
}
