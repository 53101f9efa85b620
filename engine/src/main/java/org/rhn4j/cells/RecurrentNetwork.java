package org.rhn4j.cells;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.PackedProducts;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.Workspace;

/**
 * A stack of recurrent layers for a fixed window [T,B], with the parameters, gradients and carried states that training
 * sees. What stands before the first layer and after the last is the subclass's: tokens or measured values.
 *
 * <p>Several networks may share one set of {@link Parameters}: one to train with windows of 35 × 20, one to evaluate a
 * single stream, one to go step by step. Each has packed copies of the weights in the layout that its shapes want;
 * {@link #pack} brings them up to date after the parameters changed.
 */
public abstract sealed class RecurrentNetwork implements AutoCloseable permits TokenNetwork, SequenceNetwork {
    /** The parts of a training step, for timing. */
    public enum Phase {
        /** Masks, embedding, and the input products. */
        INPUT,
        /** The chain of micro-layers. */
        CHAIN_FORWARD,
        /** What follows the last layer, its loss, and their gradients. */
        OUTPUT,
        /** Backpropagation through the chain, and to the input. */
        CHAIN_BACKWARD,
        /** Products that give the gradients of the weights. */
        WEIGHT_GRADIENTS,
        /** Norm, clipping, optimiser and packing. */
        UPDATE
    }

    /** Computes, stores and shares work. */
    protected final Engine engine;

    /** The weights. */
    protected final Parameters parameters;

    /** All of the network's memory but the weights. */
    protected final Workspace workspace = new Workspace();

    /** All of the network's products. */
    protected final PackedProducts products;

    /** Window length T. */
    protected final int steps;

    /** Sequences B. */
    protected final int batch;

    /** Whether gradients are wanted. */
    protected final boolean training;

    private final List<RecurrentLayer> layers = new ArrayList<>();
    private final long gradients;
    private final Map<Phase, Long> nanoseconds = new EnumMap<>(Phase.class);
    private long phaseStart;
    private boolean ready;

    /** Begins to plan a network: its parts are added by the subclass's constructor. */
    protected RecurrentNetwork(Engine engine, Parameters parameters, int steps, int batch, boolean training) {
        this.engine = engine;
        this.parameters = parameters;
        this.steps = steps;
        this.batch = batch;
        this.training = training;
        products = new PackedProducts(engine, workspace);
        gradients = training ? workspace.reserveFloats(parameters.floats()) : 0;
        for (Phase phase : Phase.values()) {
            nanoseconds.put(phase, 0L);
        }
    }

    /** Adds the next layer, counted from the input. */
    protected final void addLayer(Cell cell, int inputSize, int hiddenSize) {
        layers.add(new RecurrentLayer(
                engine,
                workspace,
                products,
                parameters,
                Architecture.layerPrefix(layers.size()),
                cell,
                new RecurrentLayer.Shape(steps, batch, inputSize, hiddenSize, training)));
    }

    /** Bytes of native memory that allocating the network takes. */
    public final long plannedBytes() {
        return workspace.reservedBytes();
    }

    /** Allocates the network and packs the weights. */
    protected final void allocateAndPack() {
        workspace.allocate();
        products.bind();
        ready = true;
        pack();
        if (training) {
            engine.team().run(worker -> drawMasks(worker, Dropout.NONE, new RandomSource(0)));
        }
    }

    /** Fails where {@link #allocateAndPack} was not called. */
    protected final void requireAllocated() {
        if (!ready) {
            throw new IllegalStateException("the network is not allocated");
        }
    }

    /** Brings the packed weights up to date with the parameters. */
    public final void pack() {
        engine.team().run(this::pack);
    }

    /** {@link #pack()}, one worker's part, inside a job of the team. */
    public final void pack(int worker) {
        products.pack(worker, parameters.address());
        packDerived(worker);
    }

    /** {@link #pack(int)} of one parameter; {@link #packDerived} must follow the last. */
    public final void pack(int worker, Parameters.Parameter parameter) {
        products.pack(worker, parameters.address(), parameter.offset(), parameter.offset() + parameter.length());
    }

    /** What layers derive from parameters besides packed weights. */
    public final void packDerived(int worker) {
        for (RecurrentLayer layer : layers) {
            layer.pack(worker);
        }
    }

    /** Draws the masks of all layers, and of what stands after them, for a window; each worker its own units. */
    protected abstract void drawMasks(int worker, Dropout dropout, RandomSource random);

    /** Draws the masks of the layers. */
    protected final void drawLayerMasks(int worker, Dropout dropout, RandomSource random) {
        for (int k = 0; k < layers.size(); k++) {
            layers.get(k).drawMasks(worker, dropout, random.split("layer").split(k));
        }
    }

    /** Runs all layers, from the first one's input to the last one's output; both are complete for all workers. */
    protected final void forwardLayers(int worker) {
        for (int k = 0; k < layers.size(); k++) {
            RecurrentLayer layer = layers.get(k);
            if (k > 0) {
                inputFromBelow(worker, layers.get(k - 1), layer);
                engine.team().barrier();
            }
            layer.forwardInput(worker);
            end(worker, Phase.INPUT);
            layer.forwardChain(worker);
            end(worker, Phase.CHAIN_FORWARD);
        }
    }

    private void inputFromBelow(int worker, RecurrentLayer below, RecurrentLayer layer) {
        int padded = layer.input().padded();
        int rows = steps * batch;
        int from = (int) ((long) rows * worker / engine.threads());
        int to = (int) ((long) rows * (worker + 1) / engine.threads());
        for (int row = from; row < to; row++) {
            engine.pointwise()
                    .toOperand(
                            below.outputAddress() + 4L * row * padded,
                            training ? layer.inputMask().address(row % batch, 0) : 0,
                            1f,
                            layer.inputAddress() + (long) engine.precision().bytes() * row * padded,
                            padded,
                            engine.precision());
        }
    }

    /** Backpropagates from the gradient of the last layer's output to that of the first one's input. */
    protected final void backwardLayers(int worker) {
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
        for (int row = 0; row < steps * batch && width > 0; row++) {
            long at = 4L * ((long) row * units.padded() + start);
            engine.pointwise()
                    .toOperand(
                            layer.inputGradientAddress() + at,
                            layer.inputMask().address(row % batch, start),
                            1f,
                            below.outputGradientAddress() + at,
                            width,
                            Precision.F32);
        }
    }

    /** Computes the gradients of the layers' weights. */
    protected final void layerWeightGradients(int worker) {
        for (RecurrentLayer layer : layers) {
            layer.weightGradients(worker, gradientAddress());
        }
    }

    /**
     * Makes the windows shorter than T from now on: of each, only the first steps run, and the state carried on is that
     * after the last of them. What stands after those steps in a window's arrays must count nothing in the loss.
     *
     * @param count from 1 to T
     */
    public final void setActiveSteps(int count) {
        for (RecurrentLayer layer : layers) {
            layer.setActiveSteps(count);
        }
    }

    // --- state ---

    /** The carried states of all layers. */
    public final List<LayerState> states() {
        return layers.stream().map(RecurrentLayer::state).toList();
    }

    /** Sets the carried states of all layers. */
    public final void setStates(List<LayerState> states) {
        for (int k = 0; k < layers.size(); k++) {
            layers.get(k).setState(states.get(k));
        }
    }

    /** Sets the carried states to zero. */
    public final void clearStates() {
        for (int sequence = 0; sequence < batch; sequence++) {
            clearState(sequence);
        }
    }

    /** Sets the carried states of one sequence to zero. */
    public final void clearState(int sequence) {
        for (RecurrentLayer layer : layers) {
            layer.clearState(sequence);
        }
    }

    // --- parts, for training and tests ---

    /** Address of the gradients, laid out as the parameters. */
    public final long gradientAddress() {
        return workspace.address(gradients);
    }

    /** The gradient of a parameter, row-major in its visible shape. */
    public final float[] gradient(String parameter) {
        return parameters.read(parameters.get(parameter), gradientAddress());
    }

    /** The layers, counted from the input. */
    public final List<RecurrentLayer> layers() {
        return Collections.unmodifiableList(layers);
    }

    /** A layer. */
    public final RecurrentLayer layer(int index) {
        return layers.get(index);
    }

    /** Window length T. */
    public final int steps() {
        return steps;
    }

    /** Sequences B. */
    public final int batch() {
        return batch;
    }

    // --- timing ---

    /** A phase begins. */
    protected final void start(int worker) {
        if (worker == 0) {
            phaseStart = System.nanoTime();
        }
    }

    /** A phase ends, and the next begins. */
    protected final void end(int worker, Phase phase) {
        if (worker == 0) {
            long now = System.nanoTime();
            nanoseconds.merge(phase, now - phaseStart, Long::sum);
            phaseStart = now;
        }
    }

    /** Adds to the time of a phase that runs outside of this class. */
    public final void addNanoseconds(Phase phase, long value) {
        nanoseconds.merge(phase, value, Long::sum);
    }

    /** Nanoseconds by phase since the last call of {@link #clearTimes}. */
    public final Map<Phase, Long> times() {
        return new EnumMap<>(nanoseconds);
    }

    /** Sets all times to zero. */
    public final void clearTimes() {
        nanoseconds.replaceAll((phase, old) -> 0L);
    }

    @Override
    public final void close() {
        if (ready || workspace.reservedBytes() > 0) {
            products.close();
            workspace.close();
        }
        ready = false;
    }
}
