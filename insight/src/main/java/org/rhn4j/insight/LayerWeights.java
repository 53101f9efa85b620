package org.rhn4j.insight;

import java.util.function.Function;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Cell;

/**
 * The weights of one layer in their visible order, for products with many rows at once.
 *
 * @param cell the cell, of L micro-layers with G blocks of rows
 * @param inputSize I
 * @param hiddenSize H
 * @param input W [G·H, I]
 * @param recurrent R_l [G·H, H] of each micro-layer
 * @param bias b_l [G·H] of each micro-layer; where the cell has two, their sum, but the first alone in blocks that have
 *     their recurrent product apart
 * @param recurrentBias the bias of that product [G·H]; empty where no block has it apart
 */
record LayerWeights(
        Cell cell,
        int inputSize,
        int hiddenSize,
        MatrixProducts.Stored input,
        MatrixProducts.Stored[] recurrent,
        float[][] bias,
        float[] recurrentBias) {
    /**
     * Copies the weights of a layer.
     *
     * @param parameters the values of a parameter by its name within the layer
     */
    static LayerWeights of(
            MatrixProducts products, Cell cell, int inputSize, int hiddenSize, Function<String, float[]> parameters) {
        int rows = cell.gates() * hiddenSize;
        MatrixProducts.Stored[] recurrent = new MatrixProducts.Stored[cell.depth()];
        float[][] bias = new float[cell.depth()][rows];
        float[] recurrentBias =
                cell.hasApart() ? parameters.apply(cell.biasNames(0).getLast()) : new float[0];
        for (int l = 0; l < cell.depth(); l++) {
            recurrent[l] = products.store(parameters.apply(cell.recurrentWeightName(l)), rows, hiddenSize);
            for (String name : cell.biasNames(l)) {
                float[] values = parameters.apply(name);
                for (int i = 0; i < rows; i++) {
                    boolean elsewhere = cell.blocks().get(i / hiddenSize).apart()
                            && name.equals(cell.biasNames(l).getLast());
                    bias[l][i] += elsewhere ? 0 : values[i];
                }
            }
        }
        MatrixProducts.Stored input = products.store(parameters.apply(cell.inputWeightName()), rows, inputSize);
        return new LayerWeights(cell, inputSize, hiddenSize, input, recurrent, bias, recurrentBias);
    }

    /** Copies the weights of a layer of a network. */
    static LayerWeights of(MatrixProducts products, Subject subject, int layer) {
        String prefix = Architecture.layerPrefix(layer);
        return of(
                products,
                subject.cell(),
                subject.inputSize(layer),
                subject.hiddenSize(),
                name -> subject.parameters().values(prefix + name));
    }

    /** Micro-layers L. */
    int depth() {
        return cell.depth();
    }

    /** Numbers of a state: H, or 2H with a memory, which follows the H numbers of the hidden state. */
    int stateSize() {
        return cell.hasMemory() ? 2 * hiddenSize : hiddenSize;
    }
}
