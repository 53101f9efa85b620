package org.rhn4j.tasks.anomaly;

import org.rhn4j.cells.OutputLoss;
import org.rhn4j.tasks.series.Series;

/**
 * The rows of a series as the network sees them, and what its outputs are held against.
 *
 * <p>Rows [0, trainEnd) are trained on, [trainEnd, end) validated on; a row is never a target of the other part.
 */
final class AnomalyRows {
    private final AnomalyConfiguration configuration;
    private final int[] horizons;
    private final int channels;
    private final int inputSize;
    private final float[][] inputs;
    private final double[][] scaled;
    private final double[][] last;
    private final int trainEnd;

    /** @param end rows looked at; later ones are not */
    AnomalyRows(AnomalyConfiguration configuration, Series series, int trainEnd, int end) {
        series.requireFinite(0, end);
        this.configuration = configuration;
        this.trainEnd = trainEnd;
        horizons = configuration.horizons();
        channels = configuration.channels().size();
        inputSize = configuration.inputSize();
        inputs = new float[end][inputSize];
        scaled = new double[end][];
        last = new double[end][];
        RowEncoder encoder = new RowEncoder(configuration);
        double[] row = new double[channels];
        for (int t = 0; t < end; t++) {
            for (int c = 0; c < channels; c++) {
                row[c] = series.targets()[c][t];
            }
            encoder.encode(series.time().stampAt(t), row, series.time().zone(), inputs[t], 0);
            scaled[t] = encoder.scaled().clone();
            last[t] = encoder.last().clone();
        }
    }

    int length() {
        return inputs.length;
    }

    int trainEnd() {
        return trainEnd;
    }

    /** What enters for windows of T rows from each of B first rows [T·B·F]. */
    float[] inputs(int[] starts, int steps) {
        float[] values = new float[steps * starts.length * inputSize];
        for (int t = 0; t < steps; t++) {
            for (int b = 0; b < starts.length; b++) {
                System.arraycopy(inputs[starts[b] + t], 0, values, (t * starts.length + b) * inputSize, inputSize);
            }
        }
        return values;
    }

    /**
     * The mean of {@link Surprise#loss} over the values that windows of T rows predict.
     *
     * @param from first row that counts as a target
     * @param to the row after the last that counts
     */
    OutputLoss loss(int[] starts, int steps, int from, int to) {
        double weight = 1.0 / Math.max(1, targets(starts, steps, from, to));
        return (row, outputs, gradient) -> {
            int at = starts[row % starts.length] + row / starts.length;
            double sum = 0;
            int out = 0;
            for (int horizon : horizons) {
                for (int c = 0; c < channels; c++, out += Surprise.OUTPUTS) {
                    if (counts(at + horizon, c, from, to)) {
                        sum += Surprise.loss(scaled[at + horizon][c] - last[at][c], outputs, out, weight, gradient);
                    } else {
                        gradient[out] = 0;
                        gradient[out + 1] = 0;
                    }
                }
            }
            return sum;
        };
    }

    /** The values that windows of T rows predict. */
    long targets(int[] starts, int steps, int from, int to) {
        long count = 0;
        for (int start : starts) {
            for (int t = start; t < start + steps; t++) {
                for (int horizon : horizons) {
                    for (int c = 0; c < channels; c++) {
                        count += counts(t + horizon, c, from, to) ? 1 : 0;
                    }
                }
            }
        }
        return count;
    }

    private boolean counts(int target, int channel, int from, int to) {
        return target >= from && target < to && !Double.isNaN(scaled[target][channel]);
    }

    AnomalyConfiguration configuration() {
        return configuration;
    }
}
