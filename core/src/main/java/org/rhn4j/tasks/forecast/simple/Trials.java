package org.rhn4j.tasks.forecast.simple;

import java.util.ArrayList;
import java.util.List;

/**
 * What methods forecast from moments within the rows that are known, each fitted to rows before the moment, beside what came.
 */
public final class Trials {
    private final List<String> labels;
    private final int horizon;
    private final double independent;
    private final List<Window> windows;

    /**
     * The forecasts from one moment.
     *
     * @param series its index
     * @param origin the first row that is forecast
     * @param forecasts [methods][H]
     * @param truth [H], NaN where missing
     */
    public record Window(int series, int origin, double[][] forecasts, double[] truth) {
        /** The mean absolute error of a forecast; NaN where nothing is known to hold it against. */
        public double error(double[] forecast) {
            double sum = 0;
            int count = 0;
            for (int h = 0; h < truth.length; h++) {
                if (!Double.isNaN(truth[h])) {
                    sum += Math.abs(truth[h] - forecast[h]);
                    count++;
                }
            }
            return count == 0 ? Double.NaN : sum / count;
        }

        /** What all methods are off by on average: how hard this window is. */
        public double difficulty() {
            double sum = 0;
            for (double[] forecast : forecasts) {
                sum += error(forecast);
            }
            return sum / forecasts.length;
        }
    }

    /**
     * @param labels of the methods
     * @param independent how many windows there are that have no row in common
     * @param windows those whose difficulty is known and not 0 take part
     */
    Trials(List<String> labels, int horizon, double independent, List<Window> windows) {
        this.labels = List.copyOf(labels);
        this.horizon = horizon;
        this.independent = independent;
        List<Window> usable = new ArrayList<>();
        for (Window window : windows) {
            if (window.difficulty() > 0) {
                usable.add(window);
            }
        }
        this.windows = List.copyOf(usable);
    }

    /** The methods, in their order. */
    public List<String> labels() {
        return labels;
    }

    /** H. */
    public int horizon() {
        return horizon;
    }

    /** How many windows there are that have no row in common: what the figures rest on. */
    public double independent() {
        return independent;
    }

    /** All windows, those of one series together. */
    public List<Window> windows() {
        return windows;
    }

    /** The weighted forecast of a window [H]. */
    public static double[] weighted(Window window, double[] weights) {
        double[] sum = new double[window.truth.length];
        for (int m = 0; m < weights.length; m++) {
            if (weights[m] != 0) {
                for (int h = 0; h < sum.length; h++) {
                    sum[h] += weights[m] * window.forecasts[m][h];
                }
            }
        }
        return sum;
    }

    /** The mean error of weighted forecasts, each window's over its difficulty. */
    public double error(double[] weights) {
        double sum = 0;
        for (Window window : windows) {
            sum += window.error(weighted(window, weights)) / window.difficulty();
        }
        return windows.isEmpty() ? Double.NaN : sum / windows.size();
    }

    /** The error of a method alone. */
    public double error(int method) {
        double[] alone = new double[labels.size()];
        alone[method] = 1;
        return error(alone);
    }
}
