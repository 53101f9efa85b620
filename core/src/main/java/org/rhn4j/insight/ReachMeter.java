package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.List;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Parameters;

/**
 * Follows the gradients of single losses back through the steps of a traced window: from p − y and the decoder to the
 * state of the top layer at step t, and from there step by step to those of all layers at t − 1, t − 2, …
 *
 * <p>Each target is one row of every product, at its own place in the window. Rows are scaled as they shrink or grow
 * and the logarithm of the scale is kept, so that no length underflows.
 */
final class ReachMeter {
    private static final double SMALLEST = 1e-300;

    private final MatrixProducts products;
    private final List<StepDerivative> derivatives = new ArrayList<>();
    private final List<LayerWeights> weights;
    private final MatrixProducts.Stored decoder;
    private final float[] decoderBias;
    private final int lags;
    private final List<double[][]> samples = new ArrayList<>();

    /**
     * @param lags the furthest step back, K
     */
    ReachMeter(
            MatrixProducts products,
            Architecture architecture,
            Parameters parameters,
            List<LayerWeights> weights,
            int lags) {
        this.products = products;
        this.weights = weights;
        this.lags = lags;
        weights.forEach(layer -> derivatives.add(new StepDerivative(products, layer)));
        String name = architecture.tied() ? "embedding.weight" : "decoder.weight";
        decoder = products.store(parameters.values(name), architecture.vocabularySize(), architecture.hiddenSize());
        decoderBias = parameters.values("decoder.bias");
    }

    /**
     * Follows losses of a window.
     *
     * @param traces of all layers, lowest first
     * @param targets the tokens that followed [T·B]
     * @param most how many losses at most, evenly spread over those with K steps before them
     * @return how many it were
     */
    int add(List<LayerTrace> traces, int[] targets, int most) {
        LayerTrace top = traces.getLast();
        int first = lags * top.batch();
        int available = top.rows() - first;
        if (available < 1) {
            return 0;
        }
        int n = Math.min(most, available);
        int[] rows = new int[n];
        for (int i = 0; i < n; i++) {
            rows[i] = first + (int) ((long) available * i / n);
        }
        float[][] gradients = new float[traces.size()][];
        for (int k = 0; k < gradients.length; k++) {
            gradients[k] = new float[n * weights.get(k).stateSize()];
        }
        lossGradient(top, rows, targets, gradients[gradients.length - 1]);
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

    /** ∂loss ⁄ ∂h of the top layer: the decoder's transpose times p − y. The memory of an LSTM gets none. */
    private void lossGradient(LayerTrace top, int[] rows, int[] targets, float[] gradient) {
        int n = rows.length;
        int hidden = decoder.columns();
        int words = decoder.rows();
        float[] states = new float[n * hidden];
        for (int i = 0; i < n; i++) {
            System.arraycopy(top.after(), rows[i] * hidden, states, i * hidden, hidden);
        }
        float[] logits = new float[n * words];
        products.timesTransposed(states, n, decoder, logits);
        products.rows(n, (from, to) -> {
            for (int i = from; i < to; i++) {
                softmax(logits, i * words, words);
                logits[i * words + targets[rows[i]]] -= 1;
            }
        });
        products.times(logits, n, decoder, states);
        int size = gradient.length / n;
        for (int i = 0; i < n; i++) {
            System.arraycopy(states, i * hidden, gradient, i * size, hidden);
        }
    }

    private void softmax(float[] logits, int at, int words) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int w = 0; w < words; w++) {
            logits[at + w] += decoderBias[w];
            largest = Math.max(largest, logits[at + w]);
        }
        double sum = 0;
        for (int w = 0; w < words; w++) {
            double e = Math.exp(logits[at + w] - largest);
            logits[at + w] = (float) e;
            sum += e;
        }
        for (int w = 0; w < words; w++) {
            logits[at + w] = (float) (logits[at + w] / sum);
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
