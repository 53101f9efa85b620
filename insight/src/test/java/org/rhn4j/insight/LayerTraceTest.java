package org.rhn4j.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.rhn4j.insight.TinyModels.COUPLED;
import static org.rhn4j.insight.TinyModels.assertClose;
import static org.rhn4j.insight.TinyModels.randomState;
import static org.rhn4j.insight.TinyModels.randomize;
import static org.rhn4j.insight.TinyModels.uniform;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.DeepTransition;
import org.rhn4j.cells.EveryCell;
import org.rhn4j.cells.LayerState;
import org.rhn4j.cells.Lstm;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.RecurrentHighway;
import org.rhn4j.cells.reference.ReferenceCell;
import org.rhn4j.cells.reference.ReferenceLanguageModel;
import org.rhn4j.numbers.Engine;

class LayerTraceTest {
    static Stream<Cell> cells() {
        return EveryCell.of(3);
    }

    /** Every layer, window after window, so that carried states and the memory of an LSTM are right too. */
    @ParameterizedTest
    @MethodSource("cells")
    void recomputesWhatTheEngineComputed(Cell cell) {
        SplittableRandom random = new SplittableRandom(1);
        Architecture architecture = Architecture.overTokens(cell, 9, 5, 19, 2, false);
        ReferenceLanguageModel reference = TinyModels.reference(architecture);
        randomize(reference.parameters(), random, 0.5);
        int[] ids = random.ints(64, 0, 9).toArray();
        int steps = 7;
        try (Engine engine = TinyModels.engine(2);
                Parameters parameters = TinyModels.parameters(architecture, reference, 2);
                MatrixProducts products = new MatrixProducts(engine);
                NetworkTracer tracer = new NetworkTracer(
                        products,
                        new TextSubject(parameters, architecture, ids, id -> ""),
                        new RunShape(steps, 2, 3, 1))) {
            tracer.skip();
            tracer.next();
            NetworkTracer.Window window = tracer.next();

            assertThat(window.places()).startsWith(14, 31 + 14, 15, 31 + 15);
            for (int sequence = 0; sequence < 2; sequence++) {
                int[] text = Arrays.copyOfRange(ids, 31 * sequence, 31 * sequence + 3 * steps + 1);
                ReferenceLanguageModel.Run run = reference.run(text, reference.zeroStates(1));
                for (int k = 0; k < 2; k++) {
                    double[] actual = new double[steps * 19];
                    double[] expected = new double[steps * 19];
                    for (int t = 0; t < steps; t++) {
                        for (int j = 0; j < 19; j++) {
                            actual[t * 19 + j] = window.layers().get(k).after()[(t * 2 + sequence) * 19 + j];
                            expected[t * 19 + j] = run.states().get(k)[(2 * steps + t) * 19 + j];
                        }
                    }
                    assertClose("layer " + k, actual, expected, 1e-5);
                }
                double[] losses = new double[steps];
                double[] expected = new double[steps];
                for (int t = 0; t < steps; t++) {
                    losses[t] = window.losses()[t * 2 + sequence];
                    expected[t] = run.losses()[2 * steps + t];
                }
                assertClose("losses", losses, expected, 1e-5);
            }
            assertThatThrownBy(tracer::next).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void gatesAreThoseOfTheFormulas(Cell cell) {
        SplittableRandom random = new SplittableRandom(2);
        int hidden = 6;
        ReferenceCell reference = TinyModels.reference(cell, 3, hidden);
        randomize(reference.parameters(), random, 0.8);
        double[] x = uniform(random, 3, 1);
        double[][] state = randomState(random, reference, 1);
        try (Engine engine = TinyModels.engine(1);
                MatrixProducts products = new MatrixProducts(engine)) {
            LayerTrace trace = TinyModels.trace(products, cell, reference, x, state);
            for (int l = 0; l < cell.depth(); l++) {
                double[] s = l == 0 ? state[0] : entering(cell, reference, l, x, state);
                for (int k = 0; k < trace.gateCount(); k++) {
                    int block = CellGates.of(cell).get(k);
                    double[] expected = new double[hidden];
                    double[] actual = new double[hidden];
                    for (int j = 0; j < hidden; j++) {
                        expected[j] = 1 / (1 + Math.exp(-preActivation(cell, reference, l, block * hidden + j, x, s)));
                        actual[j] = trace.gate(l, k, 0, j);
                    }
                    assertClose("gate " + k + " of micro-layer " + l, actual, expected, 1e-6);
                }
                assertThat(trace.gates(l)).hasSize(trace.gateCount() * hidden);
                if (cell instanceof RecurrentHighway c && c.carry() == COUPLED) {
                    for (int j = 0; j < hidden; j++) {
                        assertThat((double) trace.factors(l)[2 * hidden + j])
                                .isCloseTo(1 - trace.gate(l, 0, 0, j), within(1e-6));
                    }
                }
            }
        }
    }

    /** The state that enters micro-layer l: what a cell of only the micro-layers before it makes of the step. */
    private static double[] entering(Cell cell, ReferenceCell whole, int l, double[] x, double[][] state) {
        Cell shorter = cell instanceof RecurrentHighway c ? new RecurrentHighway(l, c.carry()) : new DeepTransition(l);
        ReferenceCell reference = TinyModels.reference(shorter, whole.inputSize(), whole.hiddenSize());
        reference
                .parameters()
                .forEach((name, values) -> System.arraycopy(whole.parameters().get(name), 0, values, 0, values.length));
        return reference.step(x, state)[0];
    }

    private static double preActivation(Cell cell, ReferenceCell reference, int l, int row, double[] x, double[] s) {
        double sum = 0;
        for (String bias : cell.biasNames(l)) {
            sum += reference.parameters().get(bias)[row];
        }
        double[] r = reference.parameters().get(cell.recurrentWeightName(l));
        for (int j = 0; j < s.length; j++) {
            sum += r[row * s.length + j] * s[j];
        }
        double[] w = reference.parameters().get(cell.inputWeightName());
        for (int j = 0; j < x.length && l == 0; j++) {
            sum += w[row * x.length + j] * x[j];
        }
        return sum;
    }

    @Test
    void shapesThatDoNotFit_areRefused() {
        try (Engine engine = TinyModels.engine(1);
                MatrixProducts products = new MatrixProducts(engine)) {
            ReferenceCell reference = TinyModels.reference(new Lstm(), 3, 4);
            LayerWeights weights = LayerWeights.of(products, new Lstm(), 3, 4, TinyModels.values(reference));
            LayerState noMemory = new LayerState(new float[4], null, 1, 4);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LayerTrace.of(products, weights, new float[3], new float[4], noMemory));
        }
    }
}
