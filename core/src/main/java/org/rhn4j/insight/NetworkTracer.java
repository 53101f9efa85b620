package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.LayerState;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.RecurrentLayer;
import org.rhn4j.cells.TokenNetwork;
import org.rhn4j.numbers.MemoryBudget;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.UnitSlices;

/**
 * Runs a network over a text, several parts of it side by side, window by window, and traces every layer.
 *
 * <p>The text is cut into as many parts as there are sequences; each starts from a zero state.
 */
final class NetworkTracer implements AutoCloseable {
    private final MatrixProducts products;
    private final TokenNetwork network;
    private final List<LayerWeights> weights = new ArrayList<>();
    private final int[] ids;
    private final int steps;
    private final int batch;
    private final int partLength;
    private int done;

    /**
     * What a network computed over a window; arrays are [T·B], time-major.
     *
     * @param inputs tokens that entered
     * @param targets tokens that followed them
     * @param positions places of the inputs in the text
     * @param losses nats
     * @param layers traces of the layers, lowest first
     */
    record Window(int[] inputs, int[] targets, int[] positions, float[] losses, List<LayerTrace> layers) {}

    /**
     * Makes the network.
     *
     * @param ids the text
     * @param steps T
     * @param batch B
     */
    NetworkTracer(
            MatrixProducts products,
            Parameters parameters,
            Architecture architecture,
            int[] ids,
            int steps,
            int batch) {
        this.products = products;
        this.ids = ids;
        this.steps = steps;
        this.batch = batch;
        partLength = (ids.length - 1) / batch;
        TokenNetwork planned = new TokenNetwork(products.engine(), parameters, architecture, steps, batch, false);
        try {
            MemoryBudget.require(planned.plannedBytes(), "Explaining this model", "close other programs");
            planned.allocate();
            for (int k = 0; k < architecture.layers(); k++) {
                weights.add(LayerWeights.of(products, architecture, parameters, k));
            }
        } catch (RuntimeException | Error e) {
            planned.close();
            throw e;
        }
        network = planned;
        network.clearStates();
    }

    /** Weights of the layers, lowest first. */
    List<LayerWeights> weights() {
        return weights;
    }

    /** Whole windows that are left. */
    int windowsLeft() {
        return partLength / steps - done;
    }

    /** Runs a window without tracing it. */
    void skip() {
        int[] rows = positions();
        network.losses(tokens(rows, 0), tokens(rows, 1));
        done++;
    }

    /** Runs and traces the next window. */
    Window next() {
        int[] positions = positions();
        int[] inputs = tokens(positions, 0);
        int[] targets = tokens(positions, 1);
        List<LayerState> before = network.states();
        float[] losses = Arrays.copyOf(network.losses(inputs, targets), steps * batch);
        List<LayerTrace> traces = new ArrayList<>();
        float[] entering =
                rows(network.layer(0).inputAddress(), network.layer(0).input());
        for (int k = 0; k < weights.size(); k++) {
            RecurrentLayer layer = network.layer(k);
            float[] outputs = rows(layer.outputAddress(), layer.hidden());
            traces.add(LayerTrace.of(products, weights.get(k), entering, outputs, before.get(k)));
            entering = outputs;
        }
        done++;
        return new Window(inputs, targets, positions, losses, traces);
    }

    private int[] positions() {
        if (windowsLeft() < 1) {
            throw new IllegalStateException("the text has no window left");
        }
        return IntStream.range(0, steps * batch)
                .map(row -> row % batch * partLength + done * steps + row / batch)
                .toArray();
    }

    private int[] tokens(int[] positions, int offset) {
        return IntStream.of(positions).map(position -> ids[position + offset]).toArray();
    }

    private float[] rows(long address, UnitSlices units) {
        float[] values = new float[steps * batch * units.units()];
        for (int row = 0; row < steps * batch; row++) {
            NativeMemory.copyOut(address + 4L * row * units.padded(), values, row * units.units(), units.units());
        }
        return values;
    }

    @Override
    public void close() {
        network.close();
    }
}
