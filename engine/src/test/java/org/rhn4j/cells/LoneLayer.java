package org.rhn4j.cells;

import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.PackedProducts;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.Workspace;

/** One {@link RecurrentLayer} with its own parameters, run over a window of given inputs rather than of tokens. */
final class LoneLayer implements AutoCloseable {
    private final Engine engine;
    private final int steps;
    private final int batch;
    private final Parameters parameters = new Parameters();
    private final Workspace workspace = new Workspace();
    private final PackedProducts products;
    private final RecurrentLayer layer;
    private final long gradients;
    private final long rawInput;

    /** Makes a layer whose parameters are zero, and whose masks are ones. */
    LoneLayer(Engine engine, Cell cell, int inputSize, int hiddenSize, int steps, int batch) {
        this.engine = engine;
        this.steps = steps;
        this.batch = batch;
        RecurrentLayer.addParameters(parameters, "", cell, inputSize, hiddenSize, engine.threads());
        parameters.allocate();
        products = new PackedProducts(engine, workspace);
        gradients = workspace.reserveFloats(parameters.floats());
        RecurrentLayer.Shape shape = new RecurrentLayer.Shape(steps, batch, inputSize, hiddenSize, true);
        layer = new RecurrentLayer(engine, workspace, products, parameters, "", cell, shape);
        rawInput = workspace.reserveFloats((long) steps * batch * layer.input().padded());
        products.reserveScratchpads();
        workspace.allocate();
        products.bind();
        engine.team().run(worker -> layer.drawMasks(worker, Dropout.NONE, new RandomSource(0)));
    }

    Parameters parameters() {
        return parameters;
    }

    RecurrentLayer layer() {
        return layer;
    }

    /**
     * Runs forward and backward.
     *
     * @param x input [T, B, I]
     * @param gradStates the loss's own derivative by each step's state [T, B, H]
     */
    void run(float[] x, float[] gradStates) {
        copyIn(x, layer.input(), workspace.address(rawInput));
        copyIn(gradStates, layer.hidden(), layer.outputGradientAddress());
        engine.team().run(worker -> {
            products.pack(worker, parameters.address());
            layer.pack(worker);
            if (worker == 0) {
                maskInput();
            }
            engine.team().barrier();
            layer.forwardInput(worker);
            layer.forwardChain(worker);
            layer.backwardChain(worker);
            layer.inputGradient(worker);
            layer.weightGradients(worker, workspace.address(gradients));
        });
    }

    private void maskInput() {
        int padded = layer.input().padded();
        Precision precision = engine.precision();
        for (int row = 0; row < steps * batch; row++) {
            long offset = (long) row * padded;
            engine.pointwise()
                    .toOperand(
                            workspace.address(rawInput) + 4 * offset,
                            layer.inputMask().address(row % batch, 0),
                            1f,
                            layer.inputAddress() + precision.bytes() * offset,
                            padded,
                            precision);
        }
    }

    /** Returns the states [T, B, H] of the last run. */
    float[] states() {
        return copyOut(layer.outputAddress(), layer.hidden());
    }

    /** Returns the gradient of a parameter of the last run. */
    float[] gradient(String parameter) {
        return parameters.read(
                parameters.get(parameter), workspace.memory().asSlice(gradients, 4 * parameters.floats()));
    }

    /** Returns the gradient of the input [T, B, I], before its mask, of the last run. */
    float[] inputGradient() {
        float[] gradient = copyOut(layer.inputGradientAddress(), layer.input());
        int units = layer.input().units();
        for (int i = 0; i < gradient.length; i++) {
            int sequence = i / units % batch;
            gradient[i] *= NativeMemory.getFloat(layer.inputMask().address(sequence, i % units));
        }
        return gradient;
    }

    private void copyIn(float[] values, UnitSlices units, long address) {
        for (int row = 0; row < steps * batch; row++) {
            NativeMemory.copyIn(values, row * units.units(), address + 4L * row * units.padded(), units.units());
        }
    }

    private float[] copyOut(long address, UnitSlices units) {
        float[] values = new float[steps * batch * units.units()];
        for (int row = 0; row < steps * batch; row++) {
            NativeMemory.copyOut(address + 4L * row * units.padded(), values, row * units.units(), units.units());
        }
        return values;
    }

    @Override
    public void close() {
        workspace.close();
        parameters.close();
    }
}
