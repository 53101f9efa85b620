package org.rhn4j.cells.reference;

import java.util.Map;

/**
 * A recurrent cell in its plainest form.
 *
 * <p>A state is a list of [B, H] tensors: {@code {s}} for a highway or a deep-transition cell, {@code {h}} for a GRU, {@code {h, c}} for an
 * LSTM. The number of sequences is taken from the state, the number of time steps from the input.
 */
public sealed interface ReferenceCell
        permits ReferenceRecurrentHighway, ReferenceLstm, ReferenceGru, ReferenceDeepTransition {

    int inputSize();

    int hiddenSize();

    /** Returns how many [B, H] tensors a state consists of. */
    int stateParts();

    /** Returns the parameters by name. The arrays are the cell's own: write to them to set it. */
    Map<String, double[]> parameters();

    /**
     * Runs the cell over a window.
     *
     * @param x input [T, B, I]
     * @param state initial state, left unchanged
     */
    Run run(double[] x, double[][] state, ReferenceMasks masks);

    /** Runs without dropout. */
    default Run run(double[] x, double[][] state) {
        return run(x, state, ReferenceMasks.none(batchOf(state), this));
    }

    /**
     * Returns the state after one time step.
     *
     * @param x input [B, I]
     */
    default double[][] step(double[] x, double[][] state) {
        PlainLoops.requireLength("x", x, batchOf(state) * inputSize(), "[B, I]");
        return run(x, state).finalState();
    }

    /** Returns a state of zeros for {@code batch} sequences. */
    default double[][] zeroState(int batch) {
        return new double[stateParts()][batch * hiddenSize()];
    }

    /** Returns the number of sequences in a state. */
    default int batchOf(double[][] state) {
        if (state.length != stateParts()) {
            throw new IllegalArgumentException(
                    "state has %d parts, but this cell's has %d".formatted(state.length, stateParts()));
        }
        int batch = PlainLoops.count("state", state[0].length, hiddenSize(), "H");
        for (double[] part : state) {
            PlainLoops.requireLength("state", part, batch * hiddenSize(), "[B, H]");
        }
        return batch;
    }

    /** What a run computed, and what its backward pass needs. Valid until the parameters change. */
    interface Run {
        /** Returns the state after every time step [T, B, H]; of an LSTM, its h. */
        double[] states();

        /** Returns the state after the last time step, where the next window starts. */
        double[][] finalState();

        /**
         * Returns the gradients of a loss.
         *
         * @param gradStates the loss's own derivative by each of {@link #states} [T, B, H]
         */
        Gradients backward(double[] gradStates);

        /**
         * Returns the gradients of a loss that the final state has a part in besides.
         *
         * @param gradFinal the loss's own derivative by {@link #finalState}, in its shape
         */
        default Gradients backward(double[] gradStates, double[][] gradFinal) {
            if (gradFinal.length > 1) {
                throw new UnsupportedOperationException("a state of several parts needs a method of its own");
            }
            double[] sum = gradStates.clone();
            int last = sum.length - gradFinal[0].length;
            for (int i = 0; i < gradFinal[0].length; i++) {
                sum[last + i] += gradFinal[0][i];
            }
            return backward(sum);
        }
    }

    /**
     * Gradients of a loss.
     *
     * @param parameters by parameter name, in the parameters' shapes
     * @param x by the input [T, B, I]
     * @param state by the initial state, in its shape
     */
    record Gradients(Map<String, double[]> parameters, double[] x, double[][] state) {}
}
