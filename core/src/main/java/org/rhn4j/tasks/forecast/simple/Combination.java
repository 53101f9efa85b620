package org.rhn4j.tasks.forecast.simple;

import java.util.List;
import org.rhn4j.tasks.series.Series;

/**
 * Several methods weighed: a step's forecast is the weighted mean of theirs.
 *
 * @param parts at least one
 */
public record Combination(List<Part> parts) {
    /** A method and its weight; all weights together are 1. */
    public record Part(PointMethod method, double weight) {}

    /** Copies the list. */
    public Combination {
        parts = List.copyOf(parts);
    }

    /** Forecasts as {@link PointMethod#forecast}. */
    public double[][] forecast(Series series, int[] origins) {
        double[][] sum = new double[0][];
        for (Part part : parts) {
            if (part.weight > 0) {
                double[][] own = part.method.forecast(series, origins);
                sum = sum.length == 0 ? new double[own.length][own.length == 0 ? 0 : own[0].length] : sum;
                for (int i = 0; i < own.length; i++) {
                    for (int h = 0; h < own[i].length; h++) {
                        sum[i][h] += part.weight * own[i][h];
                    }
                }
            }
        }
        return sum;
    }
}
