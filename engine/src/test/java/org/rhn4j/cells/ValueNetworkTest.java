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
import org.rhn4j.cells.reference.ReferenceCells;
import org.rhn4j.cells.reference.ReferenceMasks;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;

/** The network over measured values against the double-precision cells with a plain linear output. */
class ValueNetworkTest {
    private static final int STEPS = 7;

    static Stream<Arguments> shapes() {
        List<Arguments> cases = new ArrayList<>();
        for (Cell cell : EveryCell.of(3).toList()) {
            for (int threads : new int[] {1, 2, 3}) {
                cases.add(Arguments.of(Architecture.overValues(cell, 3, 33, 1, 5, 0), 1, 4, threads));
                cases.add(Arguments.of(Architecture.overValues(cell, 1, 17, 2, 1, 9), STEPS, 3, threads));
                cases.add(Arguments.of(Architecture.overValues(cell, 20, 8, 2, 35, 2), 4, 1, threads));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void agreesWithTheReference(Architecture a, int outputSteps, int batch, int threads) {
        SplittableRandom random = new SplittableRandom(7);
        try (Engine engine = EngineChecks.engine(Precision.F32, threads, false);
                Parameters parameters = Network.parameters(a, threads)) {
            parameters.allocate();
            Map<String, double[]> values = new HashMap<>();
            for (Parameters.Parameter parameter : parameters.all()) {
                double[] drawn = uniform(random, Math.toIntExact(parameter.count()), 0.5);
                values.put(parameter.name(), drawn);
                parameters.setValues(parameter.name(), floats(drawn));
            }
            double[] x = uniform(random, STEPS * batch * a.input().size(), 1);
            double[] direct = uniform(random, outputSteps * batch * a.directSize(), 1);
            double[] targets = uniform(random, outputSteps * batch * a.outputSize(), 1);
            try (Network network = new Network(
                            engine, parameters, a, WindowShape.of(STEPS, batch).withOutputSteps(outputSteps), true)
                    .allocate()) {
                double loss = network.gradients(
                        Sequences.ofValues(floats(x)).withDirect(a.directSize() > 0 ? floats(direct) : null),
                        squares(targets, a.outputSize()),
                        new Dropout(0, 0.2, 0.2, 0.3, a.top().cell() instanceof DeepTransition ? 0 : 0.2),
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
            Network network,
            Architecture a,
            Map<String, double[]> values,
            double[] x,
            double[] direct,
            double[] targets,
            int batch) {
        List<ReferenceCell.Run> runs = new ArrayList<>();
        double[] into = x;
        for (int k = 0; k < a.layers().size(); k++) {
            ReferenceCell cell = cell(a, k);
            String prefix = Architecture.layerPrefix(k);
            cell.parameters().forEach((name, to) -> System.arraycopy(values.get(prefix + name), 0, to, 0, to.length));
            RecurrentLayer layer = network.layer(k);
            ReferenceMasks masks = ReferenceMasks.none(batch, cell)
                    .withInput(maskValues(layer.inputMask(), batch, a.inputSize(k)))
                    .withState(maskValues(layer.stateMask(), batch, a.top().units()));
            if (!(a.top().cell() instanceof DeepTransition)) {
                masks = masks.withUpdate(
                        maskValues(layer.updateMask(), batch, a.top().units()));
            }
            ReferenceCell.Run run = cell.run(into, cell.zeroState(batch), masks);
            runs.add(run);
            into = run.states();
        }
        double[] mask = maskValues(network.outputMask(), batch, a.top().units());
        Map<String, double[]> gradients = new HashMap<>();
        double[] weight = gradient(values, gradients, Architecture.OUTPUT_WEIGHT);
        double[] bias = gradient(values, gradients, Architecture.OUTPUT_BIAS);
        double[] past = a.directSize() > 0 ? gradient(values, gradients, Architecture.DIRECT_WEIGHT) : new double[0];
        double[] stateGradients = new double[into.length];
        double loss = 0;
        int rows = network.window().outputSteps() * batch;
        for (int row = 0; row < rows; row++) {
            int at = (STEPS - network.window().outputSteps()) * batch + row;
            for (int o = 0; o < a.outputSize(); o++) {
                double out = bias[o];
                for (int j = 0; j < a.top().units(); j++) {
                    double masked = mask[row % batch * a.top().units() + j]
                            * into[at * a.top().units() + j];
                    out += weight[o * a.top().units() + j] * masked;
                }
                for (int d = 0; d < a.directSize(); d++) {
                    out += past[o * a.directSize() + d] * direct[row * a.directSize() + d];
                }
                double difference = out - targets[row * a.outputSize() + o];
                loss += difference * difference / 2;
                gradients.get(Architecture.OUTPUT_BIAS)[o] += difference;
                for (int j = 0; j < a.top().units(); j++) {
                    double m = mask[row % batch * a.top().units() + j];
                    gradients.get(Architecture.OUTPUT_WEIGHT)[o * a.top().units() + j] +=
                            difference * m * into[at * a.top().units() + j];
                    stateGradients[at * a.top().units() + j] +=
                            difference * m * weight[o * a.top().units() + j];
                }
                for (int d = 0; d < a.directSize(); d++) {
                    gradients.get(Architecture.DIRECT_WEIGHT)[o * a.directSize() + d] +=
                            difference * direct[row * a.directSize() + d];
                }
            }
        }
        for (int k = a.layers().size() - 1; k >= 0; k--) {
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

    private static ReferenceCell cell(Architecture a, int layer) {
        return ReferenceCells.of(a.top().cell(), a.inputSize(layer), a.top().units());
    }

    @Test
    void stepByStepGivesWhatAWindowGives() {
        Architecture a =
                Architecture.overValues(new RecurrentHighway(2, RecurrentHighway.Carry.COUPLED), 3, 20, 1, 4, 0);
        try (Engine engine = EngineChecks.engine(Precision.F32, 1, false);
                Parameters parameters = Network.parameters(a, 1)) {
            parameters.allocate();
            SplittableRandom random = new SplittableRandom(3);
            for (Parameters.Parameter p : parameters.all()) {
                parameters.setValues(p.name(), floats(uniform(random, Math.toIntExact(p.count()), 0.5)));
            }
            float[] x = floats(uniform(random, STEPS * 3, 1));
            float[] whole = new float[STEPS * 4];
            try (Network window = new Network(engine, parameters, a, WindowShape.of(STEPS, 1), false).allocate();
                    Network step = new Network(engine, parameters, a, WindowShape.of(1, 1), false).allocate()) {
                window.outputs(Sequences.ofValues(x), whole);
                for (int t = 0; t < STEPS; t++) {
                    float[] one = new float[4];
                    step.outputs(Sequences.ofValues(Arrays.copyOfRange(x, t * 3, t * 3 + 3)), one);
                    assertClose("step " + t, one, doubles(Arrays.copyOfRange(whole, t * 4, t * 4 + 4)), 1e-5);
                }
            }
        }
    }

    @Test
    void refusesWindowsOfAnotherShape() {
        Architecture a = Architecture.overValues(new Lstm(), 2, 4, 1, 1, 0);
        try (Engine engine = EngineChecks.engine(Precision.F32, 1, false);
                Parameters parameters = Network.parameters(a, 1)) {
            parameters.allocate();
            try (Network network =
                    new Network(engine, parameters, a, WindowShape.of(3, 2).withOutputSteps(1), false).allocate()) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> network.outputs(Sequences.ofValues(new float[11]), new float[2]))
                        .withMessageContaining("3 × 2 × 2");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> network.outputs(
                                Sequences.ofValues(new float[12]).withDirect(new float[1]), new float[2]))
                        .withMessageContaining("direct");
            }
        }
    }
}
