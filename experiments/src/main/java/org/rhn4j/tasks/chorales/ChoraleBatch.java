package org.rhn4j.tasks.chorales;

import org.rhn4j.cells.OutputLoss;

/**
 * Pieces side by side, padded with silence to T steps: at step t the keys of step t enter and those of step t + 1 are
 * predicted, each by a sigmoid of its own. The loss is the negative log-likelihood summed over keys (nats per time step);
 * padding counts nothing.
 */
final class ChoraleBatch {
    private final int batch;
    private final int[][][] pieces;
    private final float[] values;
    private final int predicted;

    /**
     * Some pieces.
     *
     * @param pieces at most B, each of at most T + 1 steps
     * @param steps T
     * @param batch B
     */
    ChoraleBatch(int[][][] pieces, int steps, int batch) {
        this.pieces = pieces;
        this.batch = batch;
        values = new float[steps * batch * Chorales.KEYS];
        int count = 0;
        for (int b = 0; b < pieces.length; b++) {
            for (int t = 0; t + 1 < pieces[b].length; t++, count++) {
                for (int key : pieces[b][t]) {
                    values[(t * batch + b) * Chorales.KEYS + key] = 1;
                }
            }
        }
        predicted = count;
    }

    /** What enters [T·B·88], 1 where a key sounds. */
    float[] values() {
        return values;
    }

    /** Steps that are predicted, over all pieces. */
    int predictedSteps() {
        return predicted;
    }

    /** The loss of each row times a weight. */
    OutputLoss loss(double weight) {
        return (row, outputs, gradient) -> {
            int piece = row % batch;
            int next = row / batch + 1;
            if (piece >= pieces.length || next >= pieces[piece].length) {
                java.util.Arrays.fill(gradient, 0);
                return 0;
            }
            return weight * bernoulli(outputs, pieces[piece][next], gradient, weight);
        };
    }

    /** Σ over keys of log(1 + e^a) − y·a, and its gradient σ(a) − y times a weight. */
    static double bernoulli(float[] logits, int[] sounding, float[] gradient, double weight) {
        double loss = 0;
        for (int k = 0; k < logits.length; k++) {
            double a = logits[k];
            // log(1 + e^a) without overflow
            loss += Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
            gradient[k] = (float) (weight / (1 + Math.exp(-a)));
        }
        for (int key : sounding) {
            loss -= logits[key];
            gradient[key] -= (float) weight;
        }
        return loss;
    }
}
