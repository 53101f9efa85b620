package org.rhn4j.cells;

import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.pointwise.Pointwise;

/**
 * A recurrent network over measured values for a fixed window [T,B]: layers → linear outputs, forward and backward.
 *
 * <p>Outputs are wanted at the last S of the T steps: all of them where every step is predicted (S = T), one where a
 * window is read before its future is forecast (S = 1). Direct inputs reach the outputs past the recurrent layers, as
 * an autoregression beside the network does.
 *
 * <p>Arrays of values are time-major: value f of step t and sequence b is at {@code (t · B + b) · F + f}.
 */
public final class SequenceNetwork extends RecurrentNetwork {
    /** Name of the outputs' weights [O,H] among the parameters. */
    public static final String OUTPUT_WEIGHT = LinearOutput.WEIGHT;

    /** Name of the outputs' biases [O] among the parameters. */
    public static final String OUTPUT_BIAS = LinearOutput.BIAS;

    /** Name of the weights [O,D] by which inputs reach the outputs directly, where D is not 0. */
    public static final String DIRECT_WEIGHT = LinearOutput.DIRECT;

    private final SequenceArchitecture architecture;
    private final LinearOutput output;
    private final UnitSlices inputs;
    private final int outputSteps;
    private final long inputValues;
    private final double[] losses;

    /** The parameters of an architecture, laid out for a number of threads; not allocated. */
    public static Parameters parameters(SequenceArchitecture a, int threads) {
        Parameters parameters = new Parameters();
        for (int k = 0; k < a.layers(); k++) {
            RecurrentLayer.addParameters(
                    parameters, Architecture.layerPrefix(k), a.cell(), a.inputSize(k), a.hiddenSize(), threads);
        }
        LinearOutput.addParameters(parameters, a, threads);
        return parameters;
    }

    /**
     * Plans a network. Nothing large is allocated before {@link #allocate}.
     *
     * @param steps window length T
     * @param outputSteps S, the last steps of the window that give outputs
     * @param batch sequences B
     * @param training whether gradients will be wanted
     * @throws IllegalArgumentException if S is not from 1 to T
     */
    public SequenceNetwork(
            Engine engine,
            Parameters parameters,
            SequenceArchitecture architecture,
            int steps,
            int outputSteps,
            int batch,
            boolean training) {
        super(engine, parameters, steps, batch, training);
        if (outputSteps < 1 || outputSteps > steps) {
            throw new IllegalArgumentException(
                    "outputs are of 1 to " + steps + " steps of the window, not " + outputSteps);
        }
        this.architecture = architecture;
        this.outputSteps = outputSteps;
        inputs = UnitSlices.of(architecture.inputSize(), engine.threads());
        inputValues = workspace.reserveFloats((long) steps * batch * inputs.padded());
        for (int k = 0; k < architecture.layers(); k++) {
            addLayer(architecture.cell(), architecture.inputSize(k), architecture.hiddenSize());
        }
        output = new LinearOutput(engine, workspace, products, parameters, architecture, outputSteps, batch, training);
        products.reserveScratchpads();
        losses = new double[outputSteps * batch];
    }

    /** Allocates the network and packs the weights. */
    public SequenceNetwork allocate() {
        allocateAndPack();
        return this;
    }

    /**
     * The loss of a window and its gradients, in {@link #gradientAddress}; the state is carried on.
     *
     * @param values what enters [T·B·F], finite
     * @param direct what reaches the output directly [S·B·D]; null where D is 0
     * @param loss what the outputs of a row are held against
     * @param dropout rates
     * @param random source of this window's masks
     * @return the sum of the rows' losses
     */
    public double gradients(
            float[] values, float @Nullable [] direct, OutputLoss loss, Dropout dropout, RandomSource random) {
        checkWindow(values, direct);
        engine.team().run(worker -> {
            start(worker);
            drawMasks(worker, dropout, random);
            engine.team().barrier();
            forward(worker, values, direct);
            output.loss(worker, loss, losses);
            engine.team().barrier();
            clearEarlyGradients(worker);
            output.backward(worker, lastLayer().outputGradientAddress() + outputOffset(), gradientAddress());
            end(worker, Phase.OUTPUT);
            backwardLayers(worker);
            end(worker, Phase.CHAIN_BACKWARD);
            layerWeightGradients(worker);
            engine.team().barrier();
            end(worker, Phase.WEIGHT_GRADIENTS);
        });
        double sum = 0;
        for (double rowLoss : losses) {
            sum += rowLoss;
        }
        return sum;
    }

    /**
     * The outputs of a window without dropout; the state is carried on.
     *
     * @param values what enters [T·B·F], finite
     * @param direct what reaches the output directly [S·B·D]; null where D is 0
     * @param outputs receives [S·B·O]
     */
    public void outputs(float[] values, float @Nullable [] direct, float[] outputs) {
        checkWindow(values, direct);
        int size = architecture.outputSize();
        if (outputs.length != losses.length * size) {
            throw new IllegalArgumentException(
                    "the outputs have " + losses.length * size + " values, not " + outputs.length);
        }
        engine.team().run(worker -> {
            if (training) {
                drawMasks(worker, Dropout.NONE, new RandomSource(0));
                engine.team().barrier();
            }
            forward(worker, values, direct);
        });
        for (int row = 0; row < losses.length; row++) {
            output.copyOut(row, outputs, row * size);
        }
    }

    private RecurrentLayer lastLayer() {
        return layers().getLast();
    }

    /** Bytes of states before those of the first output step. */
    private long outputOffset() {
        return 4L * (steps - outputSteps) * batch * lastLayer().hidden().padded();
    }

    private void forward(int worker, float[] values, float @Nullable [] direct) {
        RecurrentLayer first = layers().getFirst();
        int rows = steps * batch;
        int from = (int) ((long) rows * worker / engine.threads());
        int to = (int) ((long) rows * (worker + 1) / engine.threads());
        for (int row = from; row < to; row++) {
            long at = (long) row * inputs.padded();
            long staged = workspace.address(inputValues) + 4 * at;
            NativeMemory.copyIn(values, row * inputs.units(), staged, inputs.units());
            engine.pointwise()
                    .toOperand(
                            staged,
                            training ? first.inputMask().address(row % batch, 0) : Pointwise.NONE,
                            1f,
                            first.inputAddress() + engine.precision().bytes() * at,
                            inputs.padded(),
                            engine.precision());
        }
        engine.team().barrier();
        forwardLayers(worker);
        output.forward(worker, lastLayer().outputAddress() + outputOffset(), direct);
    }

    /** Steps without outputs have no gradient of their own; each worker clears its own units. */
    private void clearEarlyGradients(int worker) {
        UnitSlices hidden = lastLayer().hidden();
        int width = hidden.width(worker);
        for (int row = 0; row < (steps - outputSteps) * batch && width > 0; row++) {
            long at = (long) row * hidden.padded() + hidden.start(worker);
            NativeMemory.zero(lastLayer().outputGradientAddress() + 4 * at, 4L * width);
        }
    }

    @Override
    protected void drawMasks(int worker, Dropout dropout, RandomSource random) {
        drawLayerMasks(worker, dropout, random);
        output.drawMask(worker, dropout.output(), random.split("output"));
    }

    private void checkWindow(float[] values, float @Nullable [] direct) {
        requireAllocated();
        if (values.length != steps * batch * architecture.inputSize()) {
            throw new IllegalArgumentException("this network takes windows of " + steps + " × " + batch + " × "
                    + architecture.inputSize() + " values, not " + values.length);
        }
        int expected = losses.length * architecture.directSize();
        int given = direct == null ? 0 : direct.length;
        if (given != expected) {
            throw new IllegalArgumentException("this network takes " + expected + " direct values, not " + given);
        }
    }

    /** m_o [B,H]; training only. */
    Mask outputMask() {
        return output.mask();
    }

    /** What the network computes. */
    public SequenceArchitecture architecture() {
        return architecture;
    }

    /** Output steps S. */
    public int outputSteps() {
        return outputSteps;
    }
}
