package org.rhn4j.insight;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How far back the loss of one step reaches into a layer: |∂loss_t ⁄ ∂s_(t−k)| for k = 0 … K, along every path there
 * is, through the layer's own steps and through the layers above it. With a memory s is (h, c).
 *
 * <p>Losses are in nats, one token's each. Arrays are by k, [K + 1].
 *
 * @param targets losses that were followed back
 * @param mean mean length over them
 * @param low the tenth percentile
 * @param median the median
 * @param high the ninetieth percentile
 * @param rate nats per step by which the length grows (above zero) or shrinks (below): the slope of the mean logarithm
 *     from k = 1 to K
 * @param halfLife steps in which it halves at this rate; null where it does not shrink
 */
public record GradientReach(
        int targets,
        double[] mean,
        double[] low,
        double[] median,
        double[] high,
        double rate,
        @Nullable Double halfLife) {
    /** From the logarithms of the lengths [K + 1][targets]. */
    static GradientReach of(double[][] logarithms) {
        int lags = logarithms.length;
        double[][] columns = new double[4][lags];
        double[] meanLogarithms = new double[lags - 1];
        for (int k = 0; k < lags; k++) {
            double[] sorted = logarithms[k].clone();
            Arrays.sort(sorted);
            double sum = 0;
            for (double value : sorted) {
                sum += Math.exp(value);
            }
            columns[0][k] = sum / sorted.length;
            columns[1][k] = Math.exp(Statistics.quantile(sorted, 0.1));
            columns[2][k] = Math.exp(Statistics.quantile(sorted, 0.5));
            columns[3][k] = Math.exp(Statistics.quantile(sorted, 0.9));
            if (k > 0) {
                meanLogarithms[k - 1] = Statistics.mean(sorted);
            }
        }
        double rate = Statistics.slope(meanLogarithms);
        return new GradientReach(
                logarithms[0].length,
                columns[0],
                columns[1],
                columns[2],
                columns[3],
                rate,
                LyapunovExponents.halfLife(rate));
    }
}
