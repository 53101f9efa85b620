package org.rhn4j.training;

import java.util.Arrays;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.Parameters;
import org.rhn4j.numbers.RandomSource;

/**
 * First values of parameters: uniform in ±range, and gates that start nearly shut.
 *
 * <p>The bias of transform gates is what makes deep transitions trainable: at −2 a micro-layer changes some 12 % of the
 * state and carries the rest. As in the authors' code, it is that value itself, not uniform around it; other biases
 * start uniform like the weights. The numbers depend on seed and names alone, not on threads.
 */
public final class Initialization {
    private Initialization() {}

    /**
     * Sets all parameters.
     *
     * @param range half the width of the uniform distribution; 0 for 1/√H of the layer, or of the last for what is none's
     * @param transformBias bias of the transform gates of a highway; gates of other cells start at the multiple of it
     *     that {@link org.rhn4j.cells.Gate#biasShare} says, divided evenly where a cell has two biases
     */
    public static void uniform(
            Parameters parameters, Architecture architecture, double range, double transformBias, RandomSource random) {
        for (Parameters.Parameter parameter : parameters.all()) {
            int index = architecture.layerOf(parameter.name());
            Architecture.Layer layer = index < 0 ? architecture.top() : architecture.layer(index);
            double half = range > 0 ? range : 1 / Math.sqrt(layer.units());
            RandomSource own = random.split(parameter.name());
            float[] values = new float[Math.toIntExact(parameter.count())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((2 * own.uniformDouble(i) - 1) * half);
            }
            if (index >= 0 && parameter.shape().length == 1) {
                setGateBias(values, layer.cell(), transformBias);
            }
            parameters.setValues(parameter.name(), values);
        }
    }

    private static void setGateBias(float[] biases, Cell cell, double transformBias) {
        int units = biases.length / cell.gates();
        int addends = cell.biasNames(0).size();
        for (int g = 0; g < cell.gates(); g++) {
            Double share = cell.blocks().get(g).biasShare();
            if (share != null) {
                Arrays.fill(biases, g * units, (g + 1) * units, (float) (share * transformBias / addends));
            }
        }
    }
}
