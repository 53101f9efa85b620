package org.rhn4j.tasks.anomaly;

/**
 * Keeps one event from raising an alarm at each of its rows: after a score was seen, only a higher one counts, until the
 * memory of it has faded.
 */
final class AlarmHold {
    private static final double FADE_PER_ROW = 1.0 / 1000;

    private double peak;

    /** The score where it is news, else 0. */
    double onset(double score) {
        boolean news = score > peak;
        peak = Math.max(score, peak - FADE_PER_ROW);
        return news ? score : 0;
    }

    double peak() {
        return peak;
    }

    void setPeak(double value) {
        peak = value;
    }
}
