package org.rhn4j.tasks.histories;

/**
 * Turns a unit's rows, one after another, into what enters the network: of each feature the scaled value and its running
 * means over several spans, which bring out what is slow from under the noise, and, where they are wanted, the running
 * deviations over the same spans, which tell how strongly it moves.
 *
 * <p>A running mean is that of all rows until there are as many as half its span, then an exponential one. A missing
 * value enters as the last one seen, and as the mean of the training rows before there was one. Values far outside of
 * what was seen in training are compressed as by a logarithm.
 */
final class HistoryEncoder {
    private static final double LINEAR = 4;

    private final HistoryEncoding encoding;
    private final int width;
    private final double[] values;
    private long rows;

    /** An encoder that has seen no row. */
    HistoryEncoder(HistoryEncoding encoding) {
        this.encoding = encoding;
        width = encoding.inputSize() / encoding.features();
        values = new double[encoding.inputSize()];
    }

    /**
     * Takes a row.
     *
     * @param row [C], NaN where missing
     * @param inputs receives [F] from {@code at} on: of each feature its value, its means, its deviations
     */
    void encode(double[] row, float[] inputs, int at) {
        int spans = encoding.spans().size();
        for (int c = 0; c < row.length; c++) {
            int own = c * width;
            double z = encoding.scaling().apply(c, row[c]);
            double now = Double.isNaN(z) ? values[own] : compressed(z);
            values[own] = now;
            inputs[at + own] = (float) now;
            for (int k = 0; k < spans; k++) {
                double share = Math.max(2.0 / (encoding.spans().get(k) + 1), 1.0 / (rows + 1));
                int mean = own + 1 + k;
                double before = values[mean];
                values[mean] += share * (now - values[mean]);
                inputs[at + mean] = (float) values[mean];
                if (encoding.deviations()) {
                    // The variance about a mean that moves (Welford, 1962; exponential: West, 1979).
                    int variance = mean + spans;
                    values[variance] += share * ((now - before) * (now - values[mean]) - values[variance]);
                    inputs[at + variance] = (float) Math.sqrt(values[variance]);
                }
            }
        }
        rows++;
    }

    private static double compressed(double z) {
        double size = Math.abs(z) / LINEAR;
        return size < 1 ? z : Math.copySign(LINEAR * (1 + Math.log(size)), z);
    }

    /** All it knows of the rows so far [F], variances for deviations; the same array changes with every row. */
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
