package org.rhn4j.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.rhn4j.cells.EngineChecks.assertClose;
import static org.rhn4j.cells.EngineChecks.doubles;
import static org.rhn4j.cells.EngineChecks.floats;
import static org.rhn4j.cells.EngineChecks.maskValues;
import static org.rhn4j.cells.EngineChecks.uniform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.cells.reference.ReferenceCell;
import org.rhn4j.cells.reference.ReferenceCells;
import org.rhn4j.cells.reference.ReferenceMasks;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;

/** Sequences of unequal length side by side against the double-precision cells, each sequence alone. */
class SequenceLengthsTest {
    private static final int STEPS = 7;
    private static final int BATCH = 5;
    private static final int OUTPUTS = 4;
    private static final int[] LENGTHS = {7, 3, 0, 1, 3};
    private static final Dropout DROPOUT = new Dropout(0, 0.2, 0.2, 0.3, 0);

    static Stream<Arguments> cases() {
        Architecture.Layer lstm = new Architecture.Layer(new Lstm(), 35);
        return Stream.concat(
                        EveryCell.of(3).map(cell -> Architecture.alike(cell, 33, 1)),
                        EveryCell.of(1).map(cell -> List.of(new Architecture.Layer(cell, 20), lstm)))
                .flatMap(stack -> Stream.of(1, 2, 3)
                        .flatMap(threads -> Stream.of(1, STEPS).map(outputs -> Arguments.of(stack, threads, outputs))));
    }

    @ParameterizedTest(name = "{0}, {1} threads, outputs of {2} steps")
    @MethodSource("cases")
    void eachSequence_isWhatItIsAlone(List<Architecture.Layer> layers, int threads, int outputSteps) {
        Architecture a = new Architecture(new Architecture.Values(3), layers, new Architecture.Linear(OUTPUTS, 0));
        SplittableRandom random = new SplittableRandom(7);
        try (Engine engine = EngineChecks.engine(Precision.F32, threads, false);
                Parameters parameters = Network.parameters(a, threads)) {
            Map<String, double[]> values = randomize(parameters, random);
            double[] x = uniform(random, STEPS * BATCH * 3, 1);
            double[] targets = uniform(random, outputSteps * BATCH * OUTPUTS, 1);
            List<LayerState> states =
                    layers.stream().map(layer -> randomState(random, layer)).toList();
            WindowShape window = WindowShape.of(STEPS, BATCH).withOutputSteps(outputSteps);
            try (Network network = new Network(engine, parameters, a, window, true).allocate()) {
                Sequences in = Sequences.ofValues(floats(x)).withLengths(LENGTHS);
                leaveWindow(network, random);
                network.setStates(states);
                double loss = network.gradients(in, squares(targets), DROPOUT, new RandomSource(5));
                Expected expected = new Expected(network, values);
                for (int b = 0; b < BATCH; b++) {
                    expected.add(x, targets, b, states, outputSteps);
                }
                assertThat(loss).isCloseTo(expected.loss, within(1e-5 * expected.loss));
                expected.gradients.forEach(
                        (name, gradient) -> assertClose(name, network.gradient(name), gradient, 2e-5));
                assertClose("input", network.inputGradients(), expected.input, 2e-5);
                for (int k = 0; k < layers.size(); k++) {
                    LayerState state = network.states().get(k);
                    LayerState gradient = network.initialGradients().get(k);
                    assertClose("state " + k, state.state(), expected.finals.get(k)[0], 1e-5);
                    assertClose(
                            "gradient of state " + k,
                            gradient.state(),
                            expected.initials.get(k)[0],
                            2e-5);
                    if (state.memory() != null) {
                        assertClose(
                                "memory " + k, state.memory(), expected.finals.get(k)[1], 1e-5);
                        assertClose(
                                "gradient of memory " + k,
                                gradient.memory(),
                                expected.initials.get(k)[1],
                                2e-5);
                    }
                }
            }
        }
    }

    /** A window whose numbers are none must leave nothing that counts behind. */
    private static void leaveWindow(Network network, SplittableRandom random) {
        float[] x = floats(uniform(random, STEPS * BATCH * 3, 1));
        Arrays.fill(x, 0, x.length / 2, Float.NaN);
        network.gradients(Sequences.ofValues(x), (row, outputs, gradient) -> 0, DROPOUT, new RandomSource(1));
    }

    private static Map<String, double[]> randomize(Parameters parameters, SplittableRandom random) {
        parameters.allocate();
        Map<String, double[]> values = new LinkedHashMap<>();
        for (Parameters.Parameter parameter : parameters.all()) {
            double[] drawn = uniform(random, Math.toIntExact(parameter.count()), 0.5);
            values.put(parameter.name(), drawn);
            parameters.setValues(parameter.name(), floats(drawn));
        }
        return values;
    }

    private static LayerState randomState(SplittableRandom random, Architecture.Layer layer) {
        int count = BATCH * layer.units();
        float[] memory = layer.cell().hasMemory() ? floats(uniform(random, count, 0.9)) : null;
        return new LayerState(floats(uniform(random, count, 0.9)), memory, BATCH, layer.units());
    }

    private static OutputLoss squares(double[] targets) {
        return (row, outputs, gradient) -> {
            double sum = 0;
            for (int o = 0; o < OUTPUTS; o++) {
                double difference = outputs[o] - targets[row * OUTPUTS + o];
                gradient[o] = (float) difference;
                sum += difference * difference / 2;
            }
            return sum;
        };
    }

    /** What the reference gives for a network's masks, sequence by sequence. */
    private static final class Expected {
        private final Network network;
        private final Architecture a;
        private final Map<String, double[]> values;
        double loss;
        final Map<String, double[]> gradients = new LinkedHashMap<>();
        final double[] input;
        final List<double[][]> finals = new ArrayList<>();
        final List<double[][]> initials = new ArrayList<>();

        Expected(Network network, Map<String, double[]> values) {
            this.network = network;
            this.values = values;
            a = network.architecture();
            values.forEach((name, value) -> gradients.put(name, new double[value.length]));
            input = new double[STEPS * BATCH * a.input().size()];
            a.layers().forEach(layer -> {
                finals.add(new double[2][BATCH * layer.units()]);
                initials.add(new double[2][BATCH * layer.units()]);
            });
        }

        /** The rows of a sequence [n, size] out of those of the batch. */
        private static double[] rowsOf(double[] all, int b, int size, int n) {
            double[] rows = new double[n * size];
            for (int t = 0; t < n; t++) {
                System.arraycopy(all, (t * BATCH + b) * size, rows, t * size, size);
            }
            return rows;
        }

        void add(double[] x, double[] targets, int b, List<LayerState> states, int outputSteps) {
            int length = LENGTHS[b];
            List<ReferenceCell.Run> runs = new ArrayList<>();
            double[] into = rowsOf(x, b, a.input().size(), length);
            for (int k = 0; k < a.layers().size(); k++) {
                ReferenceCell.Run run = run(k, b, into, states.get(k), length);
                runs.add(run);
                into = run == null ? into : run.states();
                setRow(finals.get(k), b, run == null ? parts(states.get(k), b) : run.finalState());
            }
            int units = a.top().units();
            double[] mask = rowsOf(maskValues(network.outputMask(), BATCH, units), b, units, 1);
            double[] ofStates = new double[length * units];
            double[] ofInitial = new double[units];
            for (int s = 0; s < outputSteps; s++) {
                int t = STEPS - outputSteps + s;
                double[] state = t < length
                        ? Arrays.copyOfRange(into, t * units, (t + 1) * units)
                        : rowsOf(finals.getLast()[0], b, units, 1);
                double[] gradient = ofState(state, mask, targets, s * BATCH + b);
                int last = Math.min(t, length - 1);
                for (int j = 0; j < units; j++) {
                    if (last < 0) {
                        ofInitial[j] += gradient[j];
                    } else {
                        ofStates[last * units + j] += gradient[j];
                    }
                }
            }
            if (length == 0) {
                setRow(initials.getLast(), b, new double[][] {ofInitial});
                return;
            }
            backward(runs, ofStates, b);
        }

        private ReferenceCell.Run run(int k, int b, double[] into, LayerState state, int length) {
            if (length == 0) {
                return null;
            }
            ReferenceCell cell = reference(k);
            String prefix = Architecture.layerPrefix(k);
            cell.parameters().forEach((name, to) -> System.arraycopy(values.get(prefix + name), 0, to, 0, to.length));
            RecurrentLayer layer = network.layer(k);
            ReferenceMasks masks = ReferenceMasks.none(1, cell)
                    .withInput(rowsOf(maskValues(layer.inputMask(), BATCH, a.inputSize(k)), b, a.inputSize(k), 1))
                    .withState(
                            rowsOf(maskValues(layer.stateMask(), BATCH, cell.hiddenSize()), b, cell.hiddenSize(), 1));
            return cell.run(into, parts(state, b), masks);
        }

        private ReferenceCell reference(int k) {
            return ReferenceCells.of(
                    a.layer(k).cell(), a.inputSize(k), a.layer(k).units());
        }

        private static double[][] parts(LayerState state, int b) {
            double[] h = rowsOf(doubles(state.state()), b, state.units(), 1);
            return state.memory() == null
                    ? new double[][] {h}
                    : new double[][] {h, rowsOf(doubles(state.memory()), b, state.units(), 1)};
        }

        private static void setRow(double[][] into, int b, double[][] parts) {
            for (int part = 0; part < parts.length; part++) {
                System.arraycopy(parts[part], 0, into[part], b * parts[part].length, parts[part].length);
            }
        }

        /** Adds the loss of a row and the gradients of the outputs' weights; returns that of the state. */
        private double[] ofState(double[] state, double[] mask, double[] targets, int row) {
            double[] weight = values.get(Architecture.OUTPUT_WEIGHT);
            double[] gradient = new double[state.length];
            for (int o = 0; o < OUTPUTS; o++) {
                double sum = values.get(Architecture.OUTPUT_BIAS)[o];
                for (int j = 0; j < state.length; j++) {
                    sum += weight[o * state.length + j] * mask[j] * state[j];
                }
                double difference = sum - targets[row * OUTPUTS + o];
                loss += difference * difference / 2;
                gradients.get(Architecture.OUTPUT_BIAS)[o] += difference;
                for (int j = 0; j < state.length; j++) {
                    gradients.get(Architecture.OUTPUT_WEIGHT)[o * state.length + j] += difference * mask[j] * state[j];
                    gradient[j] += difference * mask[j] * weight[o * state.length + j];
                }
            }
            return gradient;
        }

        private void backward(List<ReferenceCell.Run> runs, double[] ofStates, int b) {
            double[] above = ofStates;
            for (int k = runs.size() - 1; k >= 0; k--) {
                ReferenceCell.Gradients back = runs.get(k).backward(above);
                String prefix = Architecture.layerPrefix(k);
                back.parameters().forEach((name, gradient) -> {
                    double[] sum = gradients.get(prefix + name);
                    Arrays.setAll(sum, i -> sum[i] + gradient[i]);
                });
                setRow(initials.get(k), b, back.state());
                above = back.x();
            }
            int size = a.input().size();
            for (int t = 0; t < LENGTHS[b]; t++) {
                System.arraycopy(above, t * size, input, (t * BATCH + b) * size, size);
            }
        }
    }

    /** Without gradients the chain runs through other memory. */
    @ParameterizedTest(name = "{0}, {1} threads, outputs of {2} steps")
    @MethodSource("cases")
    void inference_equalsTraining(List<Architecture.Layer> layers, int threads, int outputSteps) {
        Architecture a = new Architecture(new Architecture.Values(3), layers, new Architecture.Linear(OUTPUTS, 0));
        SplittableRandom random = new SplittableRandom(8);
        WindowShape window = WindowShape.of(STEPS, BATCH).withOutputSteps(outputSteps);
        try (Engine engine = EngineChecks.engine(Precision.F32, threads, false);
                Parameters parameters = Network.parameters(a, threads)) {
            randomize(parameters, random);
            try (Network trained = new Network(engine, parameters, a, window, true).allocate();
                    Network inferring = new Network(engine, parameters, a, window, false).allocate()) {
                for (int time = 0; time < 2; time++) { // the second from carried states
                    Sequences in = Sequences.ofValues(floats(uniform(random, STEPS * BATCH * 3, 1)))
                            .withLengths(LENGTHS);
                    float[] expected = new float[outputSteps * BATCH * OUTPUTS];
                    float[] outputs = new float[expected.length];
                    trained.outputs(in, expected);
                    inferring.outputs(in, outputs);
                    assertThat(outputs).isEqualTo(expected);
                    assertThat(inferring.states()).usingRecursiveComparison().isEqualTo(trained.states());
                }
            }
        }
    }

    /** The health of a layer is that of the steps that ran. */
    @Test
    void health_isOfWhatRan() {
        Architecture a = new Architecture(
                new Architecture.Values(3),
                Architecture.alike(new RecurrentHighway(2, RecurrentHighway.Carry.COUPLED), 20, 1),
                new Architecture.States());
        SplittableRandom random = new SplittableRandom(9);
        float[] x = floats(uniform(random, STEPS * BATCH * 3, 1));
        OutputLoss none = (row, outputs, gradient) -> 0;
        try (Engine engine = EngineChecks.engine(Precision.F32, 2, false);
                Parameters parameters = Network.parameters(a, 2)) {
            randomize(parameters, random);
            try (Network whole = new Network(engine, parameters, a, WindowShape.of(2, BATCH), true).allocate();
                    Network part = new Network(engine, parameters, a, WindowShape.of(STEPS, BATCH), true).allocate()) {
                whole.gradients(
                        Sequences.ofValues(Arrays.copyOf(x, 2 * BATCH * 3)), none, Dropout.NONE, new RandomSource(0));
                part.gradients(
                        Sequences.ofValues(x).withLengths(2, 2, 2, 2, 2), none, Dropout.NONE, new RandomSource(0));
                LayerHealthMeter expected = whole.healthMeters().getFirst();
                LayerHealthMeter measured = part.healthMeters().getFirst();
                engine.team().run(expected::measure);
                engine.team().run(measured::measure);
                assertThat(measured.result(1)).isEqualTo(expected.result(1));
            }
        }
    }

    @Test
    void lengthsThatAreNone_areRefused() {
        Architecture a = Architecture.overValues(new Lstm(), 2, 4, 1, 1, 0);
        try (Engine engine = EngineChecks.engine(Precision.F32, 1, false);
                Parameters parameters = Network.parameters(a, 1)) {
            parameters.allocate();
            try (Network network = new Network(engine, parameters, a, WindowShape.of(3, 2), false).allocate()) {
                Sequences in = Sequences.ofValues(new float[12]);
                float[] outputs = new float[6];
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> network.outputs(in.withLengths(1), outputs))
                        .withMessage("this network takes 2 sequences, not lengths of 1");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> network.outputs(in.withLengths(1, 4), outputs))
                        .withMessage("a sequence in a window of 3 steps has 0 to 3, not 4");
                assertThatIllegalArgumentException().isThrownBy(() -> network.outputs(in.withLengths(-1, 1), outputs));
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> network.outputs(in.withLengths(0, 0), outputs))
                        .withMessage("all sequences of the window are empty");
            }
        }
    }
}
