package org.rhn4j.tasks.forecast.simple;

import java.util.Arrays;

/**
 * The last rows before an origin as a regression sees them: on an axis, holes filled, less the last value, over the usual
 * change from row to row.
 */
final class LagWindow {
    private final double[] values;
    private final double[] changes;
    private final int season;
    private final double[] window;
    private double last;
    private double scale;

    /**
     * @param values on the method's axis
     * @param season rows; a hole that ends at the origin is filled from a season before
     */
    LagWindow(double[] values, int season, int lags) {
        this.values = values;
        this.season = season;
        window = new double[lags];
        changes = new double[values.length + 1];
        double sum = 0;
        int count = 0;
        double before = Double.NaN;
        for (int t = 0; t < values.length; t++) {
            double value = values[t];
            if (!Double.isNaN(value)) {
                if (!Double.isNaN(before)) {
                    sum += Math.abs(value - before);
                    count++;
                }
                before = value;
            }
            changes[t + 1] = count == 0 ? 0 : sum / count;
        }
    }

    /** Moves to an origin; false where no value lies before it. */
    boolean moveTo(int origin) {
        int lags = window.length;
        int first = origin - lags;
        for (int i = 0; i < lags; i++) {
            window[i] = first + i >= 0 ? values[first + i] : Double.NaN;
        }
        if (!fill(origin)) {
            return false;
        }
        last = window[lags - 1];
        double change = changes[origin];
        scale = change > 1e-9 * Math.abs(last) ? change : Math.max(Math.abs(last), 1e-12);
        for (int i = 0; i < lags; i++) {
            window[i] = (window[i] - last) / scale;
        }
        return true;
    }

    private boolean fill(int origin) {
        int lags = window.length;
        int end = lags;
        while (end > 0 && Double.isNaN(window[end - 1])) {
            end--;
        }
        if (end == 0) {
            double before = lastBefore(origin - lags);
            Arrays.fill(window, before);
            return !Double.isNaN(before);
        }
        for (int i = end; i < lags; i++) {
            double earlier = season > 1 && i - season >= 0 ? window[i - season] : Double.NaN;
            window[i] = Double.isNaN(earlier) ? window[end - 1] : earlier;
        }
        int next = end - 1;
        for (int i = end - 2; i >= 0; i--) {
            if (!Double.isNaN(window[i])) {
                for (int j = i + 1; j < next; j++) {
                    window[j] = window[i] + (window[next] - window[i]) * (j - i) / (next - i);
                }
                next = i;
            }
        }
        Arrays.fill(window, 0, next, window[next]);
        return true;
    }

    private double lastBefore(int row) {
        for (int t = Math.min(row, values.length) - 1; t >= 0; t--) {
            if (!Double.isNaN(values[t])) {
                return values[t];
            }
        }
        return Double.NaN;
    }

    /** The window at the origin, the oldest row first. */
    double[] window() {
        return window;
    }

    /** The last value before the origin. */
    double last() {
        return last;
    }

    /** The usual change from row to row before the origin. */
    double scale() {
        return scale;
    }

    double apply(double value) {
        return (value - last) / scale;
    }

    double invert(double scaled) {
        return scaled * scale + last;
    }
}
