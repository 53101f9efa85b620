package org.rhn4j.tasks.anomaly;

/**
 * One way of looking for anomalies: predictions made {@code horizon} rows ago, their surprise averaged over the last
 * {@code mean} rows. One row ahead finds what jumps; many rows ahead finds what drifts, or keeps a shape it should not.
 *
 * @param horizon rows from a prediction to what it predicts, at least 1
 * @param mean rows averaged over, at least 1
 */
public record Lookahead(int horizon, int mean) {
    /**
     * @throws IllegalArgumentException if a value is below 1
     */
    public Lookahead {
        if (horizon < 1 || mean < 1) {
            throw new IllegalArgumentException("looks " + horizon + " rows ahead, averages " + mean);
        }
    }
}
