package org.rhn4j.cells;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.PackedProducts;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.Workspace;

/**
 * The recurrent layers of a network over a window, and what passes between them.
 *
 * <p>All methods with a {@code worker} are run by every member of the team at once.
 */
final class LayerStack {
    private final Engine engine;
    private final WindowShape window;
    private final boolean training;
    private final List<RecurrentLayer> layers = new ArrayList<>();

    /** Makes the layers' products and reserves their buffers. */
    LayerStack(
            Engine engine,
            Workspace workspace,
            PackedProducts products,
            Parameters parameters,
            Architecture architecture,
            WindowShape window,
            boolean training) {
        this.engine = engine;
        this.window = window;
        this.training = training;
        for (int k = 0; k < architecture.layers().size(); k++) {
            Architecture.Layer layer = architecture.layer(k);
            layers.add(new RecurrentLayer(
                    engine,
                    workspace,
                    products,
                    parameters,
                    Architecture.layerPrefix(k),
                    layer.cell(),
                    new RecurrentLayer.Shape(
                            window.steps(), window.batch(), architecture.inputSize(k), layer.units(), training)));
        }
    }

    List<RecurrentLayer> layers() {
        return layers;
    }

    RecurrentLayer bottom() {
        return layers.getFirst();
    }

    RecurrentLayer top() {
        return layers.getLast();
    }

    /** What layers derive from parameters besides packed weights. */
    void pack(int worker) {
        for (RecurrentLayer layer : layers) {
            layer.pack(worker);
        }
    }

    void drawMasks(int worker, Dropout dropout, RandomSource random) {
        for (int k = 0; k < layers.size(); k++) {
            layers.get(k).drawMasks(worker, dropout, random.split("layer").split(k));
        }
    }

    /** From the first layer's input to the last one's output; both are complete for all workers. */
    void forward(int worker, PhaseTimes times) {
        for (int k = 0; k < layers.size(); k++) {
            RecurrentLayer layer = layers.get(k);
            if (k > 0) {
                inputFromBelow(worker, layers.get(k - 1), layer);
                engine.team().barrier();
            }
            layer.forwardInput(worker);
            times.end(worker, Network.Phase.INPUT);
            layer.forwardChain(worker);
            times.end(worker, Network.Phase.CHAIN_FORWARD);
        }
    }

    private void inputFromBelow(int worker, RecurrentLayer below, RecurrentLayer layer) {
        int padded = layer.input().padded();
        int from = (int) ((long) window.rows() * worker / engine.threads());
        int to = (int) ((long) window.rows() * (worker + 1) / engine.threads());
        for (int row = from; row < to; row++) {
            engine.pointwise()
                    .toOperand(
                            below.outputAddress() + 4L * row * padded,
                            training ? layer.inputMask().address(row % window.batch(), 0) : 0,
                            1f,
                            layer.inputAddress() + (long) engine.precision().bytes() * row * padded,
                            padded,
                            engine.precision());
        }
    }

    /** From the gradient of the last layer's output to that of the first one's input. */
    void backward(int worker) {
        for (int k = layers.size() - 1; k >= 0; k--) {
            RecurrentLayer layer = layers.get(k);
            layer.backwardChain(worker);
            layer.inputGradient(worker);
            if (k > 0) {
                // own units of the layer below, which has the same slices: no barrier before its chain
                outputGradientFromAbove(worker, layer, layers.get(k - 1));
            }
        }
    }

    private void outputGradientFromAbove(int worker, RecurrentLayer layer, RecurrentLayer below) {
        UnitSlices units = layer.input();
        int start = units.start(worker);
        int width = units.width(worker);
        for (int row = 0; row < window.rows() && width > 0; row++) {
            long at = 4L * ((long) row * units.padded() + start);
            engine.pointwise()
                    .toOperand(
                            layer.inputGradientAddress() + at,
                            layer.inputMask().address(row % window.batch(), start),
                            1f,
                            below.outputGradientAddress() + at,
                            width,
                            Precision.F32);
        }
    }

    void weightGradients(int worker, long gradients) {
        for (RecurrentLayer layer : layers) {
            layer.weightGradients(worker, gradients);
        }
    }

    /** Lets only some rows of the next windows run; null for all. */
    void setActive(@Nullable ActiveRows rows) {
        for (RecurrentLayer layer : layers) {
            layer.setActive(rows);
        }
    }

    /** Sets the gradients of the states that the window leaves; null for none. */
    void setFinalGradients(@Nullable List<LayerState> values) {
        requireOneEach(values);
        for (int k = 0; k < layers.size(); k++) {
            layers.get(k).setFinalGradient(values == null ? null : values.get(k));
        }
    }

    List<LayerState> initialGradients() {
        return layers.stream().map(RecurrentLayer::initialStateGradient).toList();
    }

    private void requireOneEach(@Nullable List<LayerState> states) {
        if (states != null && states.size() != layers.size()) {
            throw new IllegalArgumentException(
                    "there are " + layers.size() + " layers, but states of " + states.size());
        }
    }

    List<LayerState> states() {
        return layers.stream().map(RecurrentLayer::state).toList();
    }

    void setStates(List<LayerState> states) {
        requireOneEach(states);
        for (int k = 0; k < layers.size(); k++) {
            layers.get(k).setState(states.get(k));
        }
    }

    void clearState(int sequence) {
        for (RecurrentLayer layer : layers) {
            layer.clearState(sequence);
        }
    }

    /** The bare products of a window, for the floor of benchmarks. */
    void forwardProducts(int worker) {
        for (RecurrentLayer layer : layers) {
            layer.forwardProducts(worker);
        }
    }

    /** The bare products of backpropagation and of the weights' gradients. */
    void backwardProducts(int worker, long gradients) {
        for (RecurrentLayer layer : layers) {
            layer.backwardProducts(worker);
            layer.weightGradientProducts(worker, gradients);
        }
    }
}
