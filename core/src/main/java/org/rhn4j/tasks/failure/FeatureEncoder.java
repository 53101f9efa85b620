package org.rhn4j.tasks.failure;

import java.util.List;
import org.rhn4j.tasks.series.Scaling;

/**
 * Turns a unit's rows, one after another, into what enters the network: of each feature the scaled value and its running
 * means over several spans, which bring out a slow wear from under the noise.
 *
 * <p>A running mean is that of all rows until there are as many as half its span, then an exponential one. A missing
 * value enters as the last one seen, and as the mean of the training rows before there was one. Values far outside of
 * what was seen in training are compressed as by a logarithm.
 */
final class FeatureEncoder {
    private static final double LINEAR = 4;

    private final Scaling scaling;
    private final List<Integer> spans;
    private final double[] values;
    private long rows;

    FeatureEncoder(FailureConfiguration configuration) {
        scaling = configuration.scaling();
        spans = configuration.smoothing();
        values = new double[configuration.inputSize()];
    }

    /**
     * Takes a row.
     *
     * @param row [C], NaN where missing
     * @param inputs receives [F] from {@code at} on
     */
    void encode(double[] row, float[] inputs, int at) {
        int width = 1 + spans.size();
        for (int c = 0; c < row.length; c++) {
            int own = c * width;
            double z = scaling.apply(c, row[c]);
            double now = Double.isNaN(z) ? values[own] : compressed(z);
            values[own] = now;
            for (int k = 1; k < width; k++) {
                double share = Math.max(2.0 / (spans.get(k - 1) + 1), 1.0 / (rows + 1));
                values[own + k] += share * (now - values[own + k]);
            }
        }
        rows++;
        for (int i = 0; i < values.length; i++) {
            inputs[at + i] = (float) values[i];
        }
    }

    private static double compressed(double z) {
        double size = Math.abs(z) / LINEAR;
        return size < 1 ? z : Math.copySign(LINEAR * (1 + Math.log(size)), z);
    }

    /** All it knows of the rows so far [F]; the same array changes with every row. */
    double[] values() {
        return values;
    }

    /** How many rows it has taken. */
    long rows() {
        return rows;
    }

    /** Goes on where another encoder stood. */
    void restore(long count, double[] from) {
        rows = count;
        System.arraycopy(from, 0, values, 0, values.length);
    }
}
