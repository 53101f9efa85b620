package org.rhn4j.cells;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.PackedProducts;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.Workspace;

/**
 * A recurrent network over tokens for a fixed window [T,B]: embedding → layers → softmax, forward and backward.
 *
 * <p>Several networks may share one set of {@link Parameters}: one to train with windows of 35 × 20, one to evaluate a
 * single stream, one to generate token by token. Each has packed copies of the weights in the layout that its shapes
 * want; {@link #pack} brings them up to date after the parameters changed.
 *
 * <p>Arrays of tokens are [T·B], time-major: the token of step t and sequence b is at {@code t * B + b}.
 */
public final class TokenNetwork implements AutoCloseable {
    /** The parts of a training step, for timing. */
    public enum Phase {
        /** Masks, embedding, and the input products. */
        INPUT,
        /** The chain of micro-layers. */
        CHAIN_FORWARD,
        /** Logits, loss, and the decoder's gradients. */
        SOFTMAX,
        /** Backpropagation through the chain, and to the input. */
        CHAIN_BACKWARD,
        /** Products that give the gradients of the weights. */
        WEIGHT_GRADIENTS,
        /** Norm, clipping, optimiser and packing. */
        UPDATE
    }

    private final Engine engine;
    private final Architecture architecture;
    private final Parameters parameters;
    private final Workspace workspace = new Workspace();
    private final PackedProducts products;
    private final Embedding embedding;
    private final List<RecurrentLayer> layers = new ArrayList<>();
    private final SoftmaxOutput softmax;
    private final int steps;
    private final int batch;
    private final boolean training;
    private final long gradients;
    private final Map<Phase, Long> nanoseconds = new EnumMap<>(Phase.class);
    private long phaseStart;
    private boolean ready;

    /** The parameters of an architecture, all zero, laid out for a number of threads. */
    public static Parameters parameters(Architecture a, int threads) {
        Parameters parameters = new Parameters();
        UnitSlices vocabulary = UnitSlices.of(a.vocabularySize(), threads);
        parameters.addMatrix("embedding.weight", vocabulary, UnitSlices.of(a.embeddingSize(), threads));
        for (int k = 0; k < a.layers(); k++) {
            RecurrentLayer.addParameters(
                    parameters, Architecture.layerPrefix(k), a.cell(), a.inputSize(k), a.hiddenSize(), threads);
        }
        if (!a.tied()) {
            parameters.addMatrix("decoder.weight", vocabulary, UnitSlices.of(a.hiddenSize(), threads));
        }
        parameters.addVector("decoder.bias", vocabulary);
        return parameters;
    }

    /**
     * Plans a network. Nothing large is allocated before {@link #allocate}; {@link #plannedBytes} says how much it
     * will be.
     *
     * @param steps window length T
     * @param batch sequences B
     * @param training whether gradients will be wanted
     */
    public TokenNetwork(
            Engine engine, Parameters parameters, Architecture architecture, int steps, int batch, boolean training) {
        this.engine = engine;
        this.architecture = architecture;
        this.parameters = parameters;
        this.steps = steps;
        this.batch = batch;
        this.training = training;
        products = new PackedProducts(engine, workspace);
        gradients = training ? workspace.reserveFloats(parameters.floats()) : 0;
        embedding = new Embedding(engine, parameters, "embedding.weight", architecture.embeddingSize(), steps, batch);
        for (int k = 0; k < architecture.layers(); k++) {
            layers.add(new RecurrentLayer(
                    engine,
                    workspace,
                    products,
                    parameters,
                    Architecture.layerPrefix(k),
                    architecture.cell(),
                    new RecurrentLayer.Shape(
                            steps, batch, architecture.inputSize(k), architecture.hiddenSize(), training)));
        }
        softmax = new SoftmaxOutput(
                engine,
                workspace,
                products,
                parameters,
                architecture.decoderWeightName(),
                "decoder.bias",
                steps,
                batch,
                training);
        products.reserveScratchpads();
        for (Phase phase : Phase.values()) {
            nanoseconds.put(phase, 0L);
        }
    }

    /** Bytes of native memory that {@link #allocate} takes. */
    public long plannedBytes() {
        return workspace.reservedBytes();
    }

    /** Allocates the network and packs the weights. */
    public TokenNetwork allocate() {
        workspace.allocate();
        products.bind();
        ready = true;
        pack();
        if (training) {
            engine.team().run(worker -> drawMasks(worker, Dropout.NONE, new RandomSource(0)));
        }
        return this;
    }

    /** Brings the packed weights up to date with the parameters. */
    public void pack() {
        engine.team().run(this::pack);
    }

    /** {@link #pack()}, one worker's part, inside a job of the team. */
    public void pack(int worker) {
        products.pack(worker, parameters.address());
        packDerived(worker);
    }

    /** {@link #pack(int)} of one parameter; {@link #packDerived} must follow the last. */
    public void pack(int worker, Parameters.Parameter parameter) {
        products.pack(worker, parameters.address(), parameter.offset(), parameter.offset() + parameter.length());
    }

    /** What layers derive from parameters besides packed weights. */
    public void packDerived(int worker) {
        for (RecurrentLayer layer : layers) {
            layer.pack(worker);
        }
    }

    /**
     * Cross-entropy of a window and its gradients, in {@link #gradientAddress}; the state is carried on.
     *
     * <p>The loss is summed over time and averaged over the batch, as the authors' code does.
     *
     * @param inputs tokens [T·B]
     * @param targets tokens [T·B] that follow them, or {@link SoftmaxOutput#IGNORED}
     * @param dropout rates
     * @param random source of this window's masks
     * @return the loss in nats
     */
    public double gradients(int[] inputs, int[] targets, Dropout dropout, RandomSource random) {
        embedding.drawMask(dropout.embedding(), random.split("embedding"));
        return gradientsJob(inputs, targets, worker -> drawMasks(worker, dropout, random));
    }

    /** {@link #gradients} with the masks as they were set. */
    double gradientsWithSetMasks(int[] inputs, int[] targets) {
        return gradientsJob(inputs, targets, worker -> {});
    }

    private double gradientsJob(int[] inputs, int[] targets, java.util.function.IntConsumer masks) {
        checkWindow(inputs, targets);
        engine.team().run(worker -> {
            start(worker);
            masks.accept(worker);
            engine.team().barrier();
            forwardLayers(worker, inputs);
            RecurrentLayer top = layers.getLast();
            softmax.forwardBackward(
                    worker, top.outputAddress(), targets, top.outputGradientAddress(), gradientAddress());
            end(worker, Phase.SOFTMAX);
            backwardLayers(worker);
            end(worker, Phase.CHAIN_BACKWARD);
            for (RecurrentLayer layer : layers) {
                layer.weightGradients(worker, gradientAddress());
            }
            embeddingGradient(worker, inputs);
            engine.team().barrier();
            end(worker, Phase.WEIGHT_GRADIENTS);
        });
        double loss = 0;
        for (int row = 0; row < steps * batch; row++) {
            loss += softmax.losses()[row];
        }
        return loss / batch;
    }

    private void drawMasks(int worker, Dropout dropout, RandomSource random) {
        for (int k = 0; k < layers.size(); k++) {
            layers.get(k).drawMasks(worker, dropout, random.split("layer").split(k));
        }
        softmax.drawMask(worker, dropout.output(), random.split("output"));
    }

    /** {@link #forwardLayers} with masks of ones: those of the last training window would still be there. */
    private void forwardWithoutDropout(int worker, int[] inputs) {
        if (training) {
            RandomSource unused = new RandomSource(0);
            if (worker == 0) {
                embedding.drawMask(0, unused);
            }
            drawMasks(worker, Dropout.NONE, unused);
            engine.team().barrier();
        }
        forwardLayers(worker, inputs);
    }

    private void forwardLayers(int worker, int[] inputs) {
        RecurrentLayer first = layers.getFirst();
        embedding.forward(worker, inputs, training ? first.inputMask() : null, first.inputAddress());
        engine.team().barrier();
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

    private void backwardLayers(int worker) {
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
                            org.rhn4j.numbers.Precision.F32);
        }
    }

    private void embeddingGradient(int worker, int[] inputs) {
        RecurrentLayer first = layers.getFirst();
        if (!architecture.tied()) {
            embedding.clearGradient(worker, gradientAddress());
        }
        // the table's gradient is shared by rows so far (cleared, or the decoder's), and by columns from here
        engine.team().barrier();
        embedding.backward(worker, inputs, first.inputMask(), first.inputGradientAddress(), gradientAddress());
    }

    /**
     * Losses of a window without gradients or dropout; the state is carried on.
     *
     * @return nats per token [T·B], valid until the next call; 0 where the target was ignored
     */
    public float[] losses(int[] inputs, int[] targets) {
        checkWindow(inputs, targets);
        engine.team().run(worker -> {
            forwardWithoutDropout(worker, inputs);
            softmax.forward(worker, layers.getLast().outputAddress(), targets);
        });
        return softmax.losses();
    }

    /**
     * Logits [V] of what follows a window of one sequence's tokens; the state is carried on.
     *
     * @param inputs tokens [T·B]
     * @param row which of the T·B rows to return
     * @param logits receives V values
     */
    public void logits(int[] inputs, int row, float[] logits) {
        checkWindow(inputs, inputs);
        Objects.checkIndex(row, steps * batch);
        engine.team().run(worker -> {
            forwardWithoutDropout(worker, inputs);
            softmax.logits(worker, layers.getLast().outputAddress());
        });
        softmax.copyLogits(row, logits);
    }

    private void checkWindow(int[] inputs, int[] targets) {
        if (!ready) {
            throw new IllegalStateException("the network is not allocated");
        }
        if (inputs.length != steps * batch || targets.length != steps * batch) {
            throw new IllegalArgumentException("this network takes windows of " + steps + " × " + batch
                    + " tokens, not " + inputs.length + " and " + targets.length);
        }
        int words = architecture.vocabularySize();
        for (int i = 0; i < inputs.length; i++) {
            boolean known = inputs[i] >= 0 && inputs[i] < words && targets[i] < words;
            if (!known || (targets[i] < 0 && targets[i] != SoftmaxOutput.IGNORED)) {
                throw new IllegalArgumentException("position " + i + " has the token " + inputs[i] + " and the target "
                        + targets[i] + ", but the vocabulary has the ids 0 to " + (words - 1));
            }
        }
    }

    // --- state ---

    /** The carried states of all layers. */
    public List<LayerState> states() {
        return layers.stream().map(RecurrentLayer::state).toList();
    }

    /** Sets the carried states of all layers. */
    public void setStates(List<LayerState> states) {
        for (int k = 0; k < layers.size(); k++) {
            layers.get(k).setState(states.get(k));
        }
    }

    /** Sets the carried states to zero. */
    public void clearStates() {
        for (RecurrentLayer layer : layers) {
            layer.setState(LayerState.zero(architecture.cell(), batch, architecture.hiddenSize()));
        }
    }

    /** Sets the carried states of one sequence to zero. */
    public void clearState(int sequence) {
        for (RecurrentLayer layer : layers) {
            layer.clearState(sequence);
        }
    }

    // --- parts, for training and tests ---

    /** Address of the gradients, laid out as the parameters. */
    public long gradientAddress() {
        return workspace.address(gradients);
    }

    /** The gradient of a parameter, row-major in its visible shape. */
    public float[] gradient(String parameter) {
        return parameters.read(parameters.get(parameter), gradientAddress());
    }

    /** A layer. */
    public RecurrentLayer layer(int index) {
        return layers.get(index);
    }

    /** The softmax. */
    public SoftmaxOutput softmax() {
        return softmax;
    }

    /** Window length T. */
    public int steps() {
        return steps;
    }

    /** Sequences B. */
    public int batch() {
        return batch;
    }

    // --- timing ---

    private void start(int worker) {
        if (worker == 0) {
            phaseStart = System.nanoTime();
        }
    }

    private void end(int worker, Phase phase) {
        if (worker == 0) {
            long now = System.nanoTime();
            nanoseconds.merge(phase, now - phaseStart, Long::sum);
            phaseStart = now;
        }
    }

    /** Adds to the time of a phase that runs outside of this class. */
    public void addNanoseconds(Phase phase, long value) {
        nanoseconds.merge(phase, value, Long::sum);
    }

    /** Nanoseconds by phase since the last call of {@link #clearTimes}. */
    public Map<Phase, Long> times() {
        return new EnumMap<>(nanoseconds);
    }

    /** Sets all times to zero. */
    public void clearTimes() {
        nanoseconds.replaceAll((phase, old) -> 0L);
    }

    /**
     * Runs the matrix products of one training step (or, for inference, one forward window) alone: the floor that
     * the processor and oneDNN set. The gradients are meaningless afterwards.
     */
    public void productsOnly() {
        engine.team().run(worker -> {
            for (RecurrentLayer layer : layers) {
                layer.forwardProducts(worker);
            }
            softmax.products(worker, training ? gradientAddress() : 0);
            if (training) {
                for (RecurrentLayer layer : layers) {
                    layer.backwardProducts(worker);
                    layer.weightGradientProducts(worker, gradientAddress());
                }
            }
        });
    }

    @Override
    public void close() {
        if (ready || workspace.reservedBytes() > 0) {
            products.close();
            workspace.close();
        }
        ready = false;
    }
}
