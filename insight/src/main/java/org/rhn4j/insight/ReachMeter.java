package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Follows the gradients of single losses back through the steps of a traced window: from the state of the top layer at
 * step t, of which the outputs are made, and from there step by step to those of all layers at t − 1, t − 2, …
 *
 * <p>Each target is one row of every product, at its own place in the window. Rows are scaled as they shrink or grow
 * and the logarithm of the scale is kept, so that no length underflows.
 */
final class ReachMeter {
    private static final double SMALLEST = 1e-300;

    private final MatrixProducts products;
    private final List<StepDerivative> derivatives = new ArrayList<>();
    private final List<LayerWeights> weights;
    private final int lags;
    private final List<double[][]> samples = new ArrayList<>();

    /**
     * @param lags the furthest step back, K
     */
    ReachMeter(MatrixProducts products, List<LayerWeights> weights, int lags) {
        this.products = products;
        this.weights = weights;
        this.lags = lags;
        weights.forEach(layer -> derivatives.add(new StepDerivative(products, layer)));
    }

    /**
     * Follows losses of a window.
     *
     * @param most how many losses at most, evenly spread over those with K steps before them
     * @return how many it were
     */
    int add(NetworkTracer.Window window, int most) {
        List<LayerTrace> traces = window.layers();
        LayerTrace top = traces.getLast();
        int[] available = IntStream.range(lags * top.batch(), top.rows())
                .filter(row -> !Float.isNaN(window.losses()[row]))
                .toArray();
        int n = Math.min(most, available.length);
        if (n < 1) {
            return 0;
        }
        int[] rows = new int[n];
        for (int i = 0; i < n; i++) {
            rows[i] = available[(int) ((long) available.length * i / n)];
        }
        float[][] gradients = new float[traces.size()][];
        for (int k = 0; k < gradients.length; k++) {
            gradients[k] = new float[n * weights.get(k).stateSize()];
        }
        ofTop(window.gradients().of(products, top, rows), gradients[gradients.length - 1]);
        double[] scales = new double[n];
        double[][][] lengths = new double[traces.size()][lags + 1][n];
        for (int lag = 0; lag <= lags; lag++) {
            step(traces, rows, gradients, lag, scales, lengths);
            for (int i = 0; i < n; i++) {
                rescale(gradients, i, scales);
                rows[i] -= top.batch();
            }
        }
        for (int i = 0; i < n; i++) {
            double[][] sample = new double[traces.size()][lags + 1];
            for (int k = 0; k < sample.length; k++) {
                for (int lag = 0; lag <= lags; lag++) {
                    sample[k][lag] = lengths[k][lag][i];
                }
            }
            samples.add(sample);
        }
        return n;
    }

    /** Measures all layers at one lag, from the top down, and takes their gradients a step back. */
    private void step(
            List<LayerTrace> traces, int[] rows, float[][] gradients, int lag, double[] scales, double[][][] lengths) {
        float[] fromAbove = new float[0];
        for (int k = traces.size() - 1; k >= 0; k--) {
            int size = weights.get(k).stateSize();
            int hidden = weights.get(k).hiddenSize();
            for (int i = 0; i < rows.length; i++) {
                for (int j = 0; j < hidden && fromAbove.length > 0; j++) {
                    gradients[k][i * size + j] += fromAbove[i * hidden + j];
                }
                double length = length(gradients[k], i * size, size);
                lengths[k][lag][i] = Math.log(Math.max(SMALLEST, length)) + scales[i];
            }
            float[] ofInput = k > 0 ? new float[rows.length * weights.get(k).inputSize()] : null;
            if (lag < lags || ofInput != null) { // at the last lag only for what reaches the layer below
                derivatives.get(k).backward(traces.get(k), rows, gradients[k], ofInput);
                fromAbove = ofInput == null ? fromAbove : ofInput;
            }
        }
    }

    private static double length(float[] values, int at, int size) {
        double squares = 0;
        for (int j = 0; j < size; j++) {
            squares += (double) values[at + j] * values[at + j];
        }
        return Math.sqrt(squares);
    }

    private void rescale(float[][] gradients, int row, double[] scales) {
        double largest = 0;
        for (int k = 0; k < gradients.length; k++) {
            int size = weights.get(k).stateSize();
            largest = Math.max(largest, length(gradients[k], row * size, size));
        }
        if (largest > 0 && (largest < 1e-6 || largest > 1e6)) {
            for (int k = 0; k < gradients.length; k++) {
                int size = weights.get(k).stateSize();
                for (int j = row * size; j < (row + 1) * size; j++) {
                    gradients[k][j] = (float) (gradients[k][j] / largest);
                }
            }
            scales[row] += Math.log(largest);
        }
    }

    /** Puts gradients by h [n, H] where those by the state are; a memory gets none. */
    private void ofTop(float[] byHidden, float[] gradient) {
        int hidden = weights.getLast().hiddenSize();
        int n = byHidden.length / hidden;
        int size = gradient.length / n;
        for (int i = 0; i < n; i++) {
            System.arraycopy(byHidden, i * hidden, gradient, i * size, hidden);
        }
    }

    /** Losses that were followed so far. */
    int targets() {
        return samples.size();
    }

    /**
     * What was measured of a layer.
     *
     * @throws IllegalStateException if no loss was followed
     */
    GradientReach result(int layer) {
        if (samples.isEmpty()) {
            throw new IllegalStateException("no loss was followed");
        }
        double[][] logarithms = new double[lags + 1][samples.size()];
        for (int i = 0; i < samples.size(); i++) {
            for (int lag = 0; lag <= lags; lag++) {
                logarithms[lag][i] = samples.get(i)[layer][lag];
            }
        }
        return GradientReach.of(logarithms);
    }
}
