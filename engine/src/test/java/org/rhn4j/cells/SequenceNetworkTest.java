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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.cells.reference.ReferenceCell;
import org.rhn4j.cells.reference.ReferenceDeepTransition;
import org.rhn4j.cells.reference.ReferenceLstm;
import org.rhn4j.cells.reference.ReferenceMasks;
import org.rhn4j.cells.reference.ReferenceRecurrentHighway;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;

/** The network over measured values against the double-precision cells with a plain linear output. */
class SequenceNetworkTest {
    private static final int STEPS = 7;

    static Stream<Arguments> shapes() {
        List<Arguments> cases = new ArrayList<>();
        Cell highway = new RecurrentHighway(3, RecurrentHighway.Carry.COUPLED);
        for (Cell cell : List.of(highway, new Lstm(), new DeepTransition(2))) {
            for (int threads : new int[] {1, 2, 3}) {
                cases.add(Arguments.of(new SequenceArchitecture(cell, 3, 33, 1, 5, 0), 1, 4, threads));
                cases.add(Arguments.of(new SequenceArchitecture(cell, 1, 17, 2, 1, 9), STEPS, 3, threads));
                cases.add(Arguments.of(new SequenceArchitecture(cell, 20, 8, 2, 35, 2), 4, 1, threads));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void agreesWithTheReference(SequenceArchitecture a, int outputSteps, int batch, int threads) {
        SplittableRandom random = new SplittableRandom(7);
        try (Engine engine = EngineChecks.engine(Precision.F32, threads, false);
                Parameters parameters = SequenceNetwork.parameters(a, threads)) {
            parameters.allocate();
            Map<String, double[]> values = new HashMap<>();
            for (Parameters.Parameter parameter : parameters.all()) {
                double[] drawn = uniform(random, Math.toIntExact(parameter.count()), 0.5);
                values.put(parameter.name(), drawn);
                parameters.setValues(parameter.name(), floats(drawn));
            }
            double[] x = uniform(random, STEPS * batch * a.inputSize(), 1);
            double[] direct = uniform(random, outputSteps * batch * a.directSize(), 1);
            double[] targets = uniform(random, outputSteps * batch * a.outputSize(), 1);
            try (SequenceNetwork network =
                    new SequenceNetwork(engine, parameters, a, STEPS, outputSteps, batch, true).allocate()) {
                double loss = network.gradients(
                        floats(x),
                        a.directSize() > 0 ? floats(direct) : null,
                        squares(targets, a.outputSize()),
                        new Dropout(0, 0.2, 0.2, 0.3, a.cell() instanceof DeepTransition ? 0 : 0.2),
                        new RandomSource(5));
                Expected expected = reference(network, a, values, x, direct, targets, batch);
                assertThat(loss).isCloseTo(expected.loss, within(1e-5 * expected.loss));
                expected.gradients.forEach(
                        (name, gradient) -> assertClose(name, network.gradient(name), gradient, 2e-5));
            }
        }
    }

    private static OutputLoss squares(double[] targets, int size) {
        return (row, outputs, gradient) -> {
            double sum = 0;
            for (int o = 0; o < size; o++) {
                double difference = outputs[o] - targets[row * size + o];
                gradient[o] = (float) difference;
                sum += difference * difference / 2;
            }
            return sum;
        };
    }

    private record Expected(double loss, Map<String, double[]> gradients) {}

    private static Expected reference(
            SequenceNetwork network,
            SequenceArchitecture a,
            Map<String, double[]> values,
            double[] x,
            double[] direct,
            double[] targets,
            int batch) {
        List<ReferenceCell.Run> runs = new ArrayList<>();
        double[] into = x;
        for (int k = 0; k < a.layers(); k++) {
            ReferenceCell cell = cell(a, k);
            String prefix = Architecture.layerPrefix(k);
            cell.parameters().forEach((name, to) -> System.arraycopy(values.get(prefix + name), 0, to, 0, to.length));
            RecurrentLayer layer = network.layer(k);
            ReferenceMasks masks = ReferenceMasks.none(batch, cell)
                    .withInput(maskValues(layer.inputMask(), batch, a.inputSize(k)))
                    .withState(maskValues(layer.stateMask(), batch, a.hiddenSize()));
            if (!(a.cell() instanceof DeepTransition)) {
                masks = masks.withUpdate(maskValues(layer.updateMask(), batch, a.hiddenSize()));
            }
            ReferenceCell.Run run = cell.run(into, cell.zeroState(batch), masks);
            runs.add(run);
            into = run.states();
        }
        double[] mask = maskValues(network.outputMask(), batch, a.hiddenSize());
        Map<String, double[]> gradients = new HashMap<>();
        double[] weight = gradient(values, gradients, LinearOutput.WEIGHT);
        double[] bias = gradient(values, gradients, LinearOutput.BIAS);
        double[] past = a.directSize() > 0 ? gradient(values, gradients, LinearOutput.DIRECT) : new double[0];
        double[] stateGradients = new double[into.length];
        double loss = 0;
        int rows = network.outputSteps() * batch;
        for (int row = 0; row < rows; row++) {
            int at = (STEPS - network.outputSteps()) * batch + row;
            for (int o = 0; o < a.outputSize(); o++) {
                double out = bias[o];
                for (int j = 0; j < a.hiddenSize(); j++) {
                    double masked = mask[row % batch * a.hiddenSize() + j] * into[at * a.hiddenSize() + j];
                    out += weight[o * a.hiddenSize() + j] * masked;
                }
                for (int d = 0; d < a.directSize(); d++) {
                    out += past[o * a.directSize() + d] * direct[row * a.directSize() + d];
                }
                double difference = out - targets[row * a.outputSize() + o];
                loss += difference * difference / 2;
                gradients.get(LinearOutput.BIAS)[o] += difference;
                for (int j = 0; j < a.hiddenSize(); j++) {
                    double m = mask[row % batch * a.hiddenSize() + j];
                    gradients.get(LinearOutput.WEIGHT)[o * a.hiddenSize() + j] +=
                            difference * m * into[at * a.hiddenSize() + j];
                    stateGradients[at * a.hiddenSize() + j] += difference * m * weight[o * a.hiddenSize() + j];
                }
                for (int d = 0; d < a.directSize(); d++) {
                    gradients.get(LinearOutput.DIRECT)[o * a.directSize() + d] +=
                            difference * direct[row * a.directSize() + d];
                }
            }
        }
        for (int k = a.layers() - 1; k >= 0; k--) {
            ReferenceCell.Gradients back = runs.get(k).backward(stateGradients);
            String prefix = Architecture.layerPrefix(k);
            back.parameters().forEach((name, gradient) -> gradients.put(prefix + name, gradient));
            stateGradients = back.x();
        }
        return new Expected(loss, gradients);
    }

    private static double[] gradient(Map<String, double[]> values, Map<String, double[]> gradients, String name) {
        gradients.put(name, new double[values.get(name).length]);
        return values.get(name);
    }

    private static ReferenceCell cell(SequenceArchitecture a, int layer) {
        int input = a.inputSize(layer);
        return switch (a.cell()) {
            case RecurrentHighway c ->
                new ReferenceRecurrentHighway(
                        input, a.hiddenSize(), c.depth(), ReferenceRecurrentHighway.Carry.COUPLED);
            case Lstm c -> new ReferenceLstm(input, a.hiddenSize());
            case DeepTransition c -> new ReferenceDeepTransition(input, a.hiddenSize(), c.depth());
        };
    }

    @Test
    void stepByStepGivesWhatAWindowGives() {
        SequenceArchitecture a =
                new SequenceArchitecture(new RecurrentHighway(2, RecurrentHighway.Carry.COUPLED), 3, 20, 1, 4, 0);
        try (Engine engine = EngineChecks.engine(Precision.F32, 1, false);
                Parameters parameters = SequenceNetwork.parameters(a, 1)) {
            parameters.allocate();
            SplittableRandom random = new SplittableRandom(3);
            for (Parameters.Parameter p : parameters.all()) {
                parameters.setValues(p.name(), floats(uniform(random, Math.toIntExact(p.count()), 0.5)));
            }
            float[] x = floats(uniform(random, STEPS * 3, 1));
            float[] whole = new float[STEPS * 4];
            try (SequenceNetwork window =
                            new SequenceNetwork(engine, parameters, a, STEPS, STEPS, 1, false).allocate();
                    SequenceNetwork step = new SequenceNetwork(engine, parameters, a, 1, 1, 1, false).allocate()) {
                window.outputs(x, null, whole);
                for (int t = 0; t < STEPS; t++) {
                    float[] one = new float[4];
                    step.outputs(Arrays.copyOfRange(x, t * 3, t * 3 + 3), null, one);
                    assertClose("step " + t, one, doubles(Arrays.copyOfRange(whole, t * 4, t * 4 + 4)), 1e-5);
                }
            }
        }
    }

    @Test
    void refusesWindowsOfAnotherShape() {
        SequenceArchitecture a = new SequenceArchitecture(new Lstm(), 2, 4, 1, 1, 0);
        try (Engine engine = EngineChecks.engine(Precision.F32, 1, false);
                Parameters parameters = SequenceNetwork.parameters(a, 1)) {
            parameters.allocate();
            try (SequenceNetwork network = new SequenceNetwork(engine, parameters, a, 3, 1, 2, false).allocate()) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> network.outputs(new float[11], null, new float[2]))
                        .withMessageContaining("3 × 2 × 2");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> network.outputs(new float[12], new float[1], new float[2]))
                        .withMessageContaining("direct");
            }
        }
    }
}
