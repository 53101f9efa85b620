package org.rhn4j.cells;

/**
 * What a {@link Network}'s outputs are held against. Called for the rows of a window by several threads at
 * once, each row once, so it must change nothing but the given gradient.
 */
@FunctionalInterface
public interface OutputLoss {
    /**
     * The loss of one row and its gradient. Weights and means are the implementer's: the network adds the rows' losses.
     *
     * @param row output step · B + sequence
     * @param outputs values [O]
     * @param gradient receives ∂loss/∂outputs [O], all of them
     * @return the loss of the row; 0 with a gradient of zeros where nothing was observed
     */
    double apply(int row, float[] outputs, float[] gradient);
}
