package org.rhn4j.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.rhn4j.cells.EngineChecks.assertClose;
import static org.rhn4j.cells.EngineChecks.doubles;
import static org.rhn4j.cells.EngineChecks.floats;
import static org.rhn4j.cells.EngineChecks.maskValues;
import static org.rhn4j.cells.EngineChecks.uniform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.rhn4j.cells.reference.ReferenceCell;
import org.rhn4j.cells.reference.ReferenceCells;
import org.rhn4j.cells.reference.ReferenceLanguageModel;
import org.rhn4j.cells.reference.ReferenceMasks;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.pointwise.ScalarPointwise;

/** A {@link Network} with random parameters beside a {@link ReferenceLanguageModel} with the same. */
final class ComparedNetwork implements AutoCloseable {
    private final Engine engine;
    private final Architecture architecture;
    private final int steps;
    private final int batch;
    private final Parameters parameters;
    private final Network network;
    private final ReferenceLanguageModel reference;

    ComparedNetwork(Engine engine, Architecture architecture, int steps, int batch, boolean training, long seed) {
        this.engine = engine;
        this.architecture = architecture;
        this.steps = steps;
        this.batch = batch;
        reference = reference(architecture);
        parameters = Network.parameters(architecture, engine.threads());
        parameters.allocate();
        SplittableRandom random = new SplittableRandom(seed);
        assertThat(parameters.all().stream().map(Parameters.Parameter::name))
                .containsExactlyInAnyOrderElementsOf(reference.parameters().keySet());
        // In f32, larger than a trainer would draw them, so that gates move and no gradient is near zero. Such
        // recurrences
        // enlarge differences, so in bf16, where each rounding is 2^-9, they are smaller.
        double gain = engine.precision() == Precision.F32 ? 2 : 0.7;
        double scale = Math.min(0.8, gain / Math.sqrt(architecture.top().units()));
        reference.parameters().forEach((name, values) -> {
            double[] drawn = uniform(random, values.length, name.endsWith("bias") ? 0.8 : scale);
            System.arraycopy(drawn, 0, values, 0, values.length);
            parameters.setValues(name, floats(drawn));
        });
        network = new Network(engine, parameters, architecture, WindowShape.of(steps, batch), training).allocate();
    }

    private static ReferenceLanguageModel reference(Architecture a) {
        List<ReferenceCell> layers = new ArrayList<>();
        for (int k = 0; k < a.layers().size(); k++) {
            layers.add(ReferenceCells.of(a.top().cell(), a.inputSize(k), a.top().units()));
        }
        return new ReferenceLanguageModel(
                a.outputSize(),
                a.input().size(),
                layers,
                a.head() instanceof Architecture.NextToken next && next.tied());
    }

    Network network() {
        return network;
    }

    Parameters parameters() {
        return parameters;
    }

    ReferenceLanguageModel reference() {
        return reference;
    }

    /** Returns tokens [T + 1, B]. */
    int[] randomTokens(SplittableRandom random) {
        return random.ints((steps + 1L) * batch, 0, architecture.outputSize()).toArray();
    }

    Sequences inputs(int[] tokens) {
        return Sequences.ofTokens(Arrays.copyOf(tokens, steps * batch));
    }

    int[] targets(int[] tokens) {
        return Arrays.copyOfRange(tokens, batch, tokens.length);
    }

    /** Returns a state for each layer, as the reference takes it. */
    List<double[][]> randomStates(SplittableRandom random) {
        return reference.zeroStates(batch).stream()
                .map(parts -> Arrays.stream(parts)
                        .map(part -> uniform(random, part.length, 0.9))
                        .toArray(double[][]::new))
                .toList();
    }

    void setStates(List<double[][]> states) {
        network.setStates(states.stream()
                .map(parts -> new LayerState(
                        floats(parts[0]),
                        parts.length > 1 ? floats(parts[1]) : null,
                        batch,
                        architecture.top().units()))
                .toList());
    }

    /** Asserts that loss, states and all gradients of a random window under dropout are the reference's. */
    void assertWindow(Dropout dropout, double tolerance, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] tokens = randomTokens(random);
        List<double[][]> states = randomStates(random);
        setStates(states);

        double loss = network.gradients(inputs(tokens), targets(tokens), dropout, new RandomSource(seed));

        ReferenceLanguageModel.Run run = reference.run(tokens, states, masks(inputs(tokens), dropout));
        ReferenceLanguageModel.Gradients expected = run.backward();
        assertClose("loss", new float[] {(float) loss}, new double[] {run.loss()}, tolerance);
        assertLosses(network.lastLosses(), run, tolerance);
        assertStates(run, tolerance);
        expected.parameters()
                .forEach((name, gradient) ->
                        assertClose("gradient of " + name, network.gradient(name), gradient, tolerance));
        for (int k = 0; k < architecture.layers().size(); k++) {
            LayerState gradient = network.layer(k).initialStateGradient();
            double[][] parts = expected.states().get(k);
            assertClose("gradient of the state of layer " + k, gradient.state(), parts[0], tolerance);
            if (parts.length > 1) {
                assertClose("gradient of the memory of layer " + k, gradient.memory(), parts[1], tolerance);
            }
        }
    }

    /** Asserts the loss of each position. */
    void assertLosses(float[] losses, ReferenceLanguageModel.Run run, double tolerance) {
        assertClose("losses", Arrays.copyOf(losses, steps * batch), run.losses(), tolerance);
    }

    /** Asserts the carried states. */
    void assertStates(ReferenceLanguageModel.Run run, double tolerance) {
        for (int k = 0; k < architecture.layers().size(); k++) {
            LayerState state = network.states().get(k);
            double[][] parts = run.finalStates().get(k);
            assertClose("state of layer " + k, state.state(), parts[0], tolerance);
            assertThat(state.memory() != null).isEqualTo(parts.length > 1);
            if (parts.length > 1) {
                assertClose("memory of layer " + k, state.memory(), parts[1], tolerance);
            }
        }
    }

    /** Returns the masks that the engine drew for the last window. */
    ReferenceLanguageModel.Masks masks(Sequences inputs, Dropout dropout) {
        List<ReferenceMasks> layers = new ArrayList<>();
        for (int k = 0; k < architecture.layers().size(); k++) {
            RecurrentLayer layer = network.layer(k);
            int units = architecture.top().units();
            layers.add(new ReferenceMasks(
                    maskValues(layer.inputMask(), batch, architecture.inputSize(k)),
                    maskValues(layer.stateMask(), batch, units),
                    maskValues(layer.updateMask(), batch, units)));
        }
        return new ReferenceLanguageModel.Masks(
                wordMask(inputs.tokens(), dropout.embedding()),
                layers,
                maskValues(network.outputMask(), batch, architecture.top().units()));
    }

    /**
     * Returns which word types were dropped in which sequences, [B, V], as the input of the first layer shows it: a row
     * of zeros where the type was dropped, else a row scaled by 1 ÷ keep. Types that a sequence does not have get 1.
     */
    double[] wordMask(int[] inputs, double rate) {
        int vocabulary = architecture.outputSize();
        int width = architecture.input().size();
        double[] words = new double[batch * vocabulary];
        Arrays.fill(words, 1);
        boolean[] seen = new boolean[words.length];
        double[] inputMask = maskValues(network.layer(0).inputMask(), batch, width);
        double[] table = reference.parameters().get("embedding.weight");
        for (int position = 0; position < inputs.length; position++) {
            int sequence = position % batch;
            int largest = 0;
            double value = 0;
            for (int j = 0; j < width; j++) {
                double v = table[inputs[position] * width + j] * inputMask[sequence * width + j];
                if (Math.abs(v) > Math.abs(value)) {
                    value = v;
                    largest = j;
                }
            }
            if (value == 0) {
                continue; // the input mask dropped it all, so that the word's own does not matter
            }
            long row = (long) position * network.layer(0).input().padded();
            float operand =
                    ScalarPointwise.loadOperand(network.layer(0).inputAddress(), row + largest, engine.precision());
            double factor = operand == 0 ? 0 : 1 / (1 - rate);
            assertThat((double) operand).isCloseTo(value * factor, withinPercentage(1));
            int word = sequence * vocabulary + inputs[position];
            if (seen[word]) {
                assertThat(factor)
                        .as("word %d of sequence %d, again", inputs[position], sequence)
                        .isEqualTo(words[word]);
            }
            seen[word] = true;
            words[word] = factor;
        }
        return words;
    }

    /** Returns the natural logarithm of the softmax of one row of logits. */
    static double[] logSoftmax(float[] logits) {
        double[] z = doubles(logits);
        double largest = Arrays.stream(z).max().orElseThrow();
        double sum = Arrays.stream(z).map(v -> Math.exp(v - largest)).sum();
        return Arrays.stream(z).map(v -> v - largest - Math.log(sum)).toArray();
    }

    @Override
    public void close() {
        network.close();
        parameters.close();
    }
}
