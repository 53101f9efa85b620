package org.rhn4j.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;

/** The meter beside the same sums in plain loops over gates that are computed anew. */
class LayerHealthMeterTest {
    private static final int INPUT = 5;
    private static final int HIDDEN = 37;
    private static final int STEPS = 6;
    private static final int BATCH = 3;

    static Stream<Arguments> layers() {
        return EveryCell.of(3)
                .flatMap(cell -> Stream.of(Precision.values())
                        .flatMap(precision -> Stream.of(1, 3).map(threads -> Arguments.of(cell, precision, threads))));
    }

    @ParameterizedTest(name = "{0}, {1}, {2} threads")
    @MethodSource("layers")
    void result_isThatOfPlainLoops(Cell cell, Precision precision, int threads) {
        try (Engine engine = EngineChecks.engine(precision, threads, false);
                LoneLayer lone = new LoneLayer(engine, cell, INPUT, HIDDEN, STEPS, BATCH)) {
            SplittableRandom random = new SplittableRandom(7);
            lone.parameters()
                    .all()
                    .forEach(p -> lone.parameters()
                            .setValues(p.name(), uniform(random, (int) p.count(), p.shape().length == 1 ? 2 : 0.5)));
            float[] x = uniform(random, STEPS * BATCH * INPUT, 1);
            lone.run(x, new float[STEPS * BATCH * HIDDEN]);
            LayerHealthMeter meter = new LayerHealthMeter(lone.layer());

            for (int again = 0; again < 2; again++) { // what was measured before must not count
                engine.team().run(meter::measure);
            }

            PlainLoops expected = new PlainLoops(cell, lone.parameters());
            expected.run(x);
            double tolerance = precision == Precision.F32 ? 1e-4 : 2e-2;
            for (int l = 0; l < cell.depth(); l++) {
                MicroLayerHealth health = meter.result(l);
                if (cell instanceof DeepTransition) {
                    assertThat(health.renewal()).isNull();
                } else {
                    assertThat(health.renewal()).isCloseTo(expected.renewal(l), within(tolerance));
                }
                assertThat(health.bound()).isCloseTo(expected.bound(l), within(tolerance * expected.bound(l)));
                assertThat(health.gain()).isCloseTo(expected.gain(l), within(tolerance * expected.gain(l)));
                assertThat(health.saturation()).isCloseTo(expected.saturation(l), within(tolerance));
            }
        }
    }

    /** Gates beyond doubt: everything is carried, and nothing is learned. */
    @ParameterizedTest
    @EnumSource
    void shutGates_carryEverything(Precision precision) {
        Cell cell = new RecurrentHighway(2, RecurrentHighway.Carry.COUPLED);
        try (Engine engine = EngineChecks.engine(precision, 2, false);
                LoneLayer lone = new LoneLayer(engine, cell, INPUT, HIDDEN, STEPS, BATCH)) {
            for (int l = 0; l < cell.depth(); l++) {
                float[] bias = new float[2 * HIDDEN];
                Arrays.fill(bias, HIDDEN, 2 * HIDDEN, -100);
                lone.parameters().setValues("recurrent." + l + ".bias", bias);
            }
            lone.run(new float[STEPS * BATCH * INPUT], new float[STEPS * BATCH * HIDDEN]);
            LayerHealthMeter meter = new LayerHealthMeter(lone.layer());

            engine.team().run(meter::measure);

            assertThat(meter.result(0)).isEqualTo(new MicroLayerHealth(0.0, 1, 1, 1));
        }
    }

    private static float[] uniform(SplittableRandom random, int count, double scale) {
        return EngineChecks.floats(EngineChecks.uniform(random, count, scale));
    }

    /** One sequence after another, unit by unit. */
    private static final class PlainLoops {
        private final Cell cell;
        private final Parameters parameters;
        private final double[][][] sizes;
        private final double[][][] squares;
        private final int[] saturated;
        private final double[] products;

        PlainLoops(Cell cell, Parameters parameters) {
            this.cell = cell;
            this.parameters = parameters;
            sizes = new double[cell.depth()][cell.factors()][HIDDEN];
            squares = new double[cell.depth()][cell.factors()][HIDDEN];
            saturated = new int[cell.depth()];
            products = new double[cell.gates() * HIDDEN];
        }

        void run(float[] x) {
            for (int b = 0; b < BATCH; b++) {
                double[] state = new double[HIDDEN];
                double[] memory = new double[HIDDEN];
                for (int t = 0; t < STEPS; t++) {
                    for (int l = 0; l < cell.depth(); l++) {
                        double[] a = preActivations(l, x, (t * BATCH + b) * INPUT, state);
                        for (int i = 0; i < HIDDEN; i++) {
                            add(l, i, factors(a, i, state, memory));
                        }
                    }
                }
            }
        }

        private double[] preActivations(int l, float[] x, int at, double[] state) {
            float[] r = parameters.values(cell.recurrentWeightName(l));
            float[] w = parameters.values(cell.inputWeightName());
            double[] a = new double[cell.gates() * HIDDEN];
            for (int i = 0; i < a.length; i++) {
                String lastBias = cell.biasNames(l).getLast();
                double product = parameters.values(lastBias)[i];
                for (int j = 0; j < HIDDEN; j++) {
                    product += r[i * HIDDEN + j] * state[j];
                }
                boolean apart = cell.blocks().get(i / HIDDEN).apart();
                products[i] = product;
                a[i] = apart ? 0 : product;
                if (cell.biasNames(l).size() > 1) {
                    a[i] += parameters.values(cell.biasNames(l).getFirst())[i];
                }
                for (int j = 0; j < INPUT && l == 0; j++) {
                    a[i] += w[i * INPUT + j] * x[at + j];
                }
            }
            return a;
        }

        /** The factors of a unit; its state, and memory, go a micro-layer on. */
        private double[] factors(double[] a, int i, double[] state, double[] memory) {
            double s = state[i];
            double first = a[i];
            switch (cell) {
                case RecurrentHighway highway -> {
                    double h = Math.tanh(first);
                    double t = sigmoid(a[HIDDEN + i]);
                    if (highway.carry() == RecurrentHighway.Carry.COUPLED) {
                        state[i] = t * h + (1 - t) * s;
                        return new double[] {t * (1 - h * h), (h - s) * t * (1 - t), 1 - t};
                    }
                    double c = sigmoid(a[2 * HIDDEN + i]);
                    state[i] = t * h + c * s;
                    return new double[] {t * (1 - h * h), h * t * (1 - t), s * c * (1 - c), c};
                }
                case DeepTransition transition -> {
                    state[i] = Math.tanh(first);
                    return new double[] {1 - state[i] * state[i]};
                }
                case Lstm lstm -> {
                    double in = sigmoid(first);
                    double f = sigmoid(a[HIDDEN + i]);
                    double g = Math.tanh(a[2 * HIDDEN + i]);
                    double o = sigmoid(a[3 * HIDDEN + i]);
                    double c = memory[i];
                    memory[i] = f * c + in * g;
                    double shown = Math.tanh(memory[i]);
                    state[i] = o * shown;
                    return new double[] {
                        g * in * (1 - in),
                        c * f * (1 - f),
                        in * (1 - g * g),
                        shown * o * (1 - o),
                        o * (1 - shown * shown),
                        f
                    };
                }
                case Gru gru -> {
                    double reset = sigmoid(first);
                    double z = sigmoid(a[HIDDEN + i]);
                    double product = products[2 * HIDDEN + i];
                    double n = Math.tanh(a[2 * HIDDEN + i] + reset * product);
                    state[i] = (1 - z) * n + z * s;
                    double byCandidate = (1 - z) * (1 - n * n);
                    return new double[] {
                        byCandidate * product * reset * (1 - reset),
                        (s - n) * z * (1 - z),
                        byCandidate,
                        byCandidate * reset,
                        z
                    };
                }
                default -> throw new AssertionError(cell);
            }
        }

        private static double sigmoid(double x) {
            return 1 / (1 + Math.exp(-x));
        }

        private void add(int l, int i, double[] factors) {
            double reacts = 0;
            for (int f = 0; f < factors.length; f++) {
                sizes[l][f][i] += Math.abs(factors[f]) / (STEPS * BATCH);
                squares[l][f][i] += factors[f] * factors[f] / (STEPS * BATCH);
                reacts += f < cell.gates() ? Math.abs(factors[f]) : 0;
            }
            saturated[l] += reacts < 0.01 ? 1 : 0;
        }

        double renewal(int l) {
            return 1 - Arrays.stream(sizes[l][cell.factors() - 1]).average().orElseThrow();
        }

        double saturation(int l) {
            return saturated[l] / (double) (STEPS * BATCH * HIDDEN);
        }

        double bound(int l) {
            double furthest = 0;
            for (int i = 0; i < HIDDEN; i++) {
                if (cell instanceof Lstm) {
                    double memory = sizes[l][5][i] + rowSizes(l, i, 0) + rowSizes(l, i, 1) + rowSizes(l, i, 2);
                    furthest = Math.max(furthest, Math.max(memory, rowSizes(l, i, 3) + sizes[l][4][i] * memory));
                } else {
                    double reach = cell instanceof DeepTransition ? 0 : sizes[l][cell.factors() - 1][i];
                    for (int g = 0; g < cell.gates(); g++) {
                        reach += rowSizes(l, i, g);
                    }
                    furthest = Math.max(furthest, reach);
                }
            }
            return furthest;
        }

        /** Which factor a gate's recurrent product has: of a GRU's candidate not that of its pre-activation. */
        private int ofProduct(int gate) {
            return cell instanceof Gru && gate == 2 ? 3 : gate;
        }

        private double rowSizes(int l, int i, int gate) {
            float[] r = parameters.values(cell.recurrentWeightName(l));
            double sum = 0;
            for (int j = 0; j < HIDDEN; j++) {
                sum += Math.abs(r[(gate * HIDDEN + i) * HIDDEN + j]);
            }
            return sizes[l][ofProduct(gate)][i] * sum;
        }

        double gain(int l) {
            float[] r = parameters.values(cell.recurrentWeightName(l));
            double sum = 0;
            for (int i = 0; i < HIDDEN; i++) {
                sum += cell instanceof DeepTransition ? 0 : squares[l][cell.factors() - 1][i];
                for (int g = 0; g < Math.min(3, cell.gates()); g++) {
                    for (int j = 0; j < HIDDEN; j++) {
                        double weight = r[(g * HIDDEN + i) * HIDDEN + j];
                        double shown = cell instanceof Lstm ? squares[l][4][j] : 1;
                        sum += squares[l][ofProduct(g)][i] * weight * weight * shown;
                    }
                }
            }
            return Math.sqrt(sum / HIDDEN);
        }
    }
}
