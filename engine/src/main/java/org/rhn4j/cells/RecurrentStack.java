package org.rhn4j.cells;

import org.rhn4j.UserError;

/**
 * The recurrent part of a network as a model's configuration says it, whatever enters and leaves.
 *
 * @param cell the recurrent cell of every layer, the gates of a highway coupled
 * @param hiddenSize H
 * @param depth micro-layers in a time step of a layer; 1 for a cell that is not {@link CellKind#isDeep deep}
 * @param layers stacked layers K
 */
public record RecurrentStack(CellKind cell, int hiddenSize, int depth, int layers) {
    private static final int LARGEST_SIZE = 65_536;
    private static final int LARGEST_DEPTH = 1000;

    /**
     * @throws UserError if the sizes make no network
     */
    public RecurrentStack {
        require("hidden_size", hiddenSize, LARGEST_SIZE);
        require("depth", depth, LARGEST_DEPTH);
        require("layers", layers, LARGEST_DEPTH);
        cell.cell(depth);
    }

    private static void require(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new UserError("%s is %d, but must be from 1 to %d.".formatted(name, value, most));
        }
    }

    /** The network that these layers make with what enters and leaves; see {@link Architecture#overValues}. */
    public Architecture architecture(int inputSize, int outputSize, int directSize) {
        return Architecture.overValues(cell.cell(depth), inputSize, hiddenSize, layers, outputSize, directSize);
    }

    /** The trainable numbers of {@link #architecture}. */
    public long parameterCount(int inputSize, int outputSize, int directSize) {
        try (Parameters parameters = Network.parameters(architecture(inputSize, outputSize, directSize), 1)) {
            return parameters.count();
        }
    }

    /** This stack with another number of units. */
    public RecurrentStack withHiddenSize(int units) {
        return new RecurrentStack(cell, units, depth, layers);
    }

    /**
     * This stack with as many units as come nearest to a number of parameters, for comparisons at equal size.
     *
     * @param parameters trainable numbers of the whole network
     */
    public RecurrentStack sizedTo(long parameters, int inputSize, int outputSize, int directSize) {
        int low = 1;
        int high = LARGEST_SIZE;
        while (low < high) {
            int middle = (low + high) / 2;
            if (withHiddenSize(middle).parameterCount(inputSize, outputSize, directSize) < parameters) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        RecurrentStack above = withHiddenSize(low);
        RecurrentStack below = withHiddenSize(Math.max(1, low - 1));
        long over = above.parameterCount(inputSize, outputSize, directSize) - parameters;
        long under = parameters - below.parameterCount(inputSize, outputSize, directSize);
        return under <= over ? below : above;
    }
}
