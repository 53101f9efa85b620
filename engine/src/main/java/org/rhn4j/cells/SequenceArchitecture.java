package org.rhn4j.cells;

/**
 * The sizes of a network over measured values: what {@link SequenceNetwork} computes.
 *
 * @param cell the recurrent cell of every layer
 * @param inputSize F, values that enter at each step
 * @param hiddenSize H
 * @param layers stacked layers K ≥ 1
 * @param outputSize O, values that leave at each output step
 * @param directSize D, values that reach the output past the recurrent layers, by weights of their own; 0 for none
 */
public record SequenceArchitecture(
        Cell cell, int inputSize, int hiddenSize, int layers, int outputSize, int directSize) {
    /**
     * @throws IllegalArgumentException if a size is below 1, or the direct size below 0
     */
    public SequenceArchitecture {
        if (inputSize < 1 || hiddenSize < 1 || layers < 1 || outputSize < 1 || directSize < 0) {
            throw new IllegalArgumentException("sizes of a network are at least 1");
        }
    }

    /** Size of what enters a layer. */
    int inputSize(int layer) {
        return layer == 0 ? inputSize : hiddenSize;
    }
}
