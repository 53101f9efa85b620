package org.rhn4j.cells;

import java.util.Objects;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;

/**
 * A recurrent network over tokens for a fixed window [T,B]: embedding → layers → softmax, forward and backward.
 *
 * <p>Arrays of tokens are [T·B], time-major: the token of step t and sequence b is at {@code t * B + b}.
 */
public final class TokenNetwork extends RecurrentNetwork {
    private final Architecture architecture;
    private final Embedding embedding;
    private final SoftmaxOutput softmax;

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
        super(engine, parameters, steps, batch, training);
        this.architecture = architecture;
        embedding = new Embedding(engine, parameters, "embedding.weight", architecture.embeddingSize(), steps, batch);
        for (int k = 0; k < architecture.layers(); k++) {
            addLayer(architecture.cell(), architecture.inputSize(k), architecture.hiddenSize());
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
    }

    /** Allocates the network and packs the weights. */
    public TokenNetwork allocate() {
        allocateAndPack();
        return this;
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
            forward(worker, inputs);
            RecurrentLayer top = layers().getLast();
            softmax.forwardBackward(
                    worker, top.outputAddress(), targets, top.outputGradientAddress(), gradientAddress());
            end(worker, Phase.OUTPUT);
            backwardLayers(worker);
            end(worker, Phase.CHAIN_BACKWARD);
            layerWeightGradients(worker);
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

    @Override
    protected void drawMasks(int worker, Dropout dropout, RandomSource random) {
        drawLayerMasks(worker, dropout, random);
        softmax.drawMask(worker, dropout.output(), random.split("output"));
    }

    /** {@link #forward} with masks of ones: those of the last training window would still be there. */
    private void forwardWithoutDropout(int worker, int[] inputs) {
        if (training) {
            RandomSource unused = new RandomSource(0);
            if (worker == 0) {
                embedding.drawMask(0, unused);
            }
            drawMasks(worker, Dropout.NONE, unused);
            engine.team().barrier();
        }
        forward(worker, inputs);
    }

    private void forward(int worker, int[] inputs) {
        RecurrentLayer first = layers().getFirst();
        embedding.forward(worker, inputs, training ? first.inputMask() : null, first.inputAddress());
        engine.team().barrier();
        forwardLayers(worker);
    }

    private void embeddingGradient(int worker, int[] inputs) {
        RecurrentLayer first = layers().getFirst();
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
            softmax.forward(worker, layers().getLast().outputAddress(), targets);
        });
        return softmax.losses();
    }

    /**
     * Losses of a window with dropout and without gradients; the state is carried on.
     *
     * @param dropout rates
     * @param random source of this window's masks
     * @return nats per token [T·B], valid until the next call; 0 where the target was ignored
     * @throws IllegalStateException if the network was made for inference, and so has no masks
     */
    public float[] lossesWithDropout(int[] inputs, int[] targets, Dropout dropout, RandomSource random) {
        if (!training) {
            throw new IllegalStateException("a network made for inference has no masks");
        }
        checkWindow(inputs, targets);
        embedding.drawMask(dropout.embedding(), random.split("embedding"));
        engine.team().run(worker -> {
            drawMasks(worker, dropout, random);
            engine.team().barrier();
            forward(worker, inputs);
            softmax.forward(worker, layers().getLast().outputAddress(), targets);
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
            softmax.logits(worker, layers().getLast().outputAddress());
        });
        softmax.copyLogits(row, logits);
    }

    private void checkWindow(int[] inputs, int[] targets) {
        requireAllocated();
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

    /** The softmax. */
    public SoftmaxOutput softmax() {
        return softmax;
    }

    /**
     * Runs the matrix products of one training step (or, for inference, one forward window) alone: the floor that
     * the processor and oneDNN set. The gradients are meaningless afterwards.
     */
    public void productsOnly() {
        engine.team().run(worker -> {
            for (RecurrentLayer layer : layers()) {
                layer.forwardProducts(worker);
            }
            softmax.products(worker, training ? gradientAddress() : 0);
            if (training) {
                for (RecurrentLayer layer : layers()) {
                    layer.backwardProducts(worker);
                    layer.weightGradientProducts(worker, gradientAddress());
                }
            }
        });
    }
}
