package org.rhn4j.tasks.forecast;

/**
 * How far forecasts lie from the truth. Missing values are passed over; where all are missing a figure is NaN.
 */
public final class ForecastMetrics {
    private ForecastMetrics() {}

    /**
     * What MASE divides by: the mean absolute error of the seasonal-naive forecast one season ahead within rows
     * {@code [0, end)} (Hyndman and Koehler, 2006). NaN where no two rows lie a season apart.
     */
    public static double seasonalScale(double[] values, int end, int season) {
        double sum = 0;
        int count = 0;
        for (int t = season; t < end; t++) {
            double difference = Math.abs(values[t] - values[t - season]);
            if (!Double.isNaN(difference)) {
                sum += difference;
                count++;
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    /** The mean absolute error. */
    public static double meanAbsolute(double[] truth, double[] forecast) {
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

    /** The mean squared error. */
    public static double meanSquared(double[] truth, double[] forecast) {
        double sum = 0;
        int count = 0;
        for (int h = 0; h < truth.length; h++) {
            if (!Double.isNaN(truth[h])) {
                sum += (truth[h] - forecast[h]) * (truth[h] - forecast[h]);
                count++;
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    /** The symmetric mean absolute percentage error as in the M4 competition: 200 |y − f| / (|y| + |f|), in percent. */
    public static double smape(double[] truth, double[] forecast) {
        double sum = 0;
        int count = 0;
        for (int h = 0; h < truth.length; h++) {
            if (!Double.isNaN(truth[h])) {
                double size = Math.abs(truth[h]) + Math.abs(forecast[h]);
                sum += size == 0 ? 0 : 200 * Math.abs(truth[h] - forecast[h]) / size;
                count++;
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    /** Twice the quantile loss of a step, summed over its quantiles' mean and the steps; divide by Σ|y| for the weighted one. */
    public static double quantileLoss(double[] truth, Forecast forecast) {
        double sum = 0;
        for (int h = 0; h < truth.length; h++) {
            if (!Double.isNaN(truth[h])) {
                for (int q = 0; q < forecast.levels().length; q++) {
                    double error = truth[h] - forecast.quantiles()[q][h];
                    double level = forecast.levels()[q];
                    sum += 2 * error * (error < 0 ? level - 1 : level) / forecast.levels().length;
                }
            }
        }
        return sum;
    }

    /** How many true values lie within the outermost quantiles, these included. */
    public static int covered(double[] truth, Forecast forecast) {
        double[] low = forecast.quantiles()[0];
        double[] high = forecast.quantiles()[forecast.quantiles().length - 1];
        int count = 0;
        for (int h = 0; h < truth.length; h++) {
            count += truth[h] >= low[h] && truth[h] <= high[h] ? 1 : 0;
        }
        return count;
    }
}
