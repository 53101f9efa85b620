package org.rhn4j.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.rhn4j.insight.TinyModels.COUPLED;
import static org.rhn4j.insight.TinyModels.randomize;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.EveryCell;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.RecurrentHighway;
import org.rhn4j.cells.reference.ReferenceLanguageModel;
import org.rhn4j.numbers.Engine;

class ReachMeterTest {
    private static final int HIDDEN = 5;
    private static final int LAGS = 6;

    static Stream<Cell> cells() {
        return EveryCell.of(2);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void oneLayer_equalsFiniteDifferences(Cell cell) {
        Architecture architecture = Architecture.overTokens(cell, 7, HIDDEN, HIDDEN, 1, true);
        SplittableRandom random = new SplittableRandom(3);
        ReferenceLanguageModel reference = TinyModels.reference(architecture);
        randomize(reference.parameters(), random, 0.8);
        int[] ids = random.ints(LAGS + 2, 0, 7).toArray();

        GradientReach reach = measure(architecture, reference, ids).result(0);

        assertThat(reach.targets()).isEqualTo(1);
        for (int lag = 0; lag <= LAGS; lag++) {
            // s_(t−k) is what stands before the step of token t − k + 1
            int from = LAGS - lag + 1;
            double[][] state = stateBefore(reference, ids, from);
            double expected;
            if (lag == 0) {
                expected = atTheTarget(reference, ids);
            } else {
                double squares = 0;
                for (double[] part : state) {
                    for (int j = 0; j < HIDDEN; j++) {
                        double slope = slope(reference, Arrays.copyOfRange(ids, from, LAGS + 2), state, part, j);
                        squares += slope * slope;
                    }
                }
                expected = Math.sqrt(squares);
            }
            assertThat(reach.mean()[lag]).as("lag %d", lag).isCloseTo(expected, within(2e-4 * expected));
            assertThat(reach.median()[lag]).isCloseTo(reach.mean()[lag], within(1e-9));
        }
    }

    private static double slope(ReferenceLanguageModel reference, int[] ids, double[][] state, double[] part, int j) {
        double step = 1e-5;
        double value = part[j];
        part[j] = value + step;
        double above = lastLoss(reference.run(ids, List.<double[][]>of(state)));
        part[j] = value - step;
        double below = lastLoss(reference.run(ids, List.<double[][]>of(state)));
        part[j] = value;
        return (above - below) / (2 * step);
    }

    private static double lastLoss(ReferenceLanguageModel.Run run) {
        return run.losses()[run.losses().length - 1];
    }

    private static double[][] stateBefore(ReferenceLanguageModel reference, int[] ids, int from) {
        return from == 0
                ? reference.zeroStates(1).getFirst()
                : reference
                        .run(Arrays.copyOf(ids, from + 1), reference.zeroStates(1))
                        .finalStates()
                        .getFirst();
    }

    /** |Dᵀ (p − y)|. */
    private static double atTheTarget(ReferenceLanguageModel reference, int[] ids) {
        ReferenceLanguageModel.Run run = reference.run(ids, reference.zeroStates(1));
        double[] log = run.logProbabilities();
        double[] decoder = reference.parameters().get("embedding.weight");
        double squares = 0;
        for (int j = 0; j < HIDDEN; j++) {
            double sum = 0;
            for (int word = 0; word < 7; word++) {
                double p = Math.exp(log[LAGS * 7 + word]);
                sum += decoder[word * HIDDEN + j] * (p - (word == ids[LAGS + 1] ? 1 : 0));
            }
            squares += sum * sum;
        }
        return Math.sqrt(squares);
    }

    /** Gradients by what entered the window are the reference's: all paths through two layers count. */
    @Test
    void twoLayers_countPathsThroughBoth() {
        Architecture architecture = Architecture.overTokens(new RecurrentHighway(2, COUPLED), 7, 4, HIDDEN, 2, false);
        SplittableRandom random = new SplittableRandom(4);
        ReferenceLanguageModel reference = TinyModels.reference(architecture);
        randomize(reference.parameters(), random, 0.8);
        int[] ids = random.ints(LAGS + 2, 0, 7).toArray();

        ReachMeter meter = measure(architecture, reference, ids);

        for (int lag = 1; lag <= LAGS; lag++) {
            int from = LAGS - lag + 1;
            List<double[][]> after = reference
                    .run(Arrays.copyOf(ids, from + 1), reference.zeroStates(1))
                    .finalStates();
            List<double[][]> later = lossAlone(reference, ids, from, after);
            assertThat(meter.result(1).mean()[lag])
                    .isCloseTo(length(later.get(1)[0]), within(2e-5 * length(later.get(1)[0])));
            // below, s also enters the layer above in its own step
            List<double[][]> before = from == 1
                    ? reference.zeroStates(1)
                    : reference
                            .run(Arrays.copyOf(ids, from), reference.zeroStates(1))
                            .finalStates();
            double[] throughAbove = reference
                    .layers()
                    .get(1)
                    .run(after.get(0)[0], before.get(1))
                    .backward(later.get(1)[0])
                    .x();
            double[] total = later.get(0)[0].clone();
            for (int j = 0; j < HIDDEN; j++) {
                total[j] += throughAbove[j];
            }
            assertThat(meter.result(0).mean()[lag]).isCloseTo(length(total), within(2e-5 * length(total)));
        }
    }

    /** Gradients of the last loss alone, by the states before token {@code from}: of all losses, less the others. */
    private static List<double[][]> lossAlone(
            ReferenceLanguageModel reference, int[] ids, int from, List<double[][]> states) {
        List<double[][]> all = reference
                .run(Arrays.copyOfRange(ids, from, LAGS + 2), states)
                .backward()
                .states();
        if (from == LAGS) {
            return all;
        }
        List<double[][]> others = reference
                .run(Arrays.copyOfRange(ids, from, LAGS + 1), states)
                .backward()
                .states();
        for (int k = 0; k < all.size(); k++) {
            for (int j = 0; j < HIDDEN; j++) {
                all.get(k)[0][j] -= others.get(k)[0][j];
            }
        }
        return all;
    }

    private static double length(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
    }

    private static ReachMeter measure(Architecture architecture, ReferenceLanguageModel reference, int[] ids) {
        try (Engine engine = TinyModels.engine(2);
                Parameters parameters = TinyModels.parameters(architecture, reference, 2);
                MatrixProducts products = new MatrixProducts(engine);
                NetworkTracer tracer = new NetworkTracer(
                        products,
                        new TextSubject(parameters, architecture, ids, id -> ""),
                        new RunShape(ids.length - 1, 1, 1, 0))) {
            ReachMeter meter = new ReachMeter(products, tracer.weights(), LAGS);
            NetworkTracer.Window window = tracer.next();
            assertThat(meter.add(window, 10)).isEqualTo(1);
            return meter;
        }
    }

    @Test
    void rateAndHalfLife_areThoseOfAnExponential() {
        double[][] logarithms = new double[5][3];
        for (int lag = 0; lag < 5; lag++) {
            Arrays.fill(logarithms[lag], -800 - lag * Math.log(2) / 3);
        }

        GradientReach reach = GradientReach.of(logarithms);

        assertThat(reach.halfLife()).isCloseTo(3, within(1e-9));
        assertThat(reach.rate()).isCloseTo(-Math.log(2) / 3, within(1e-9));
    }
}
