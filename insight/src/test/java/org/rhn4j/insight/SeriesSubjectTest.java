package org.rhn4j.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.UserError;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.DeepTransition;
import org.rhn4j.cells.EveryCell;
import org.rhn4j.cells.LayerState;
import org.rhn4j.cells.Lstm;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.OutputLoss;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesExamples;
import org.rhn4j.tasks.series.TimeAxis;
import org.rhn4j.training.SequenceTask;

class SeriesSubjectTest {
    private static final int STEPS = 9;
    private static final int HIDDEN = 6;

    /** Windows of an hourly series whose next value is predicted, with a direct input. */
    private static final class Hours implements SeriesExamples {
        private final Architecture architecture;
        private final Parameters parameters;
        private final int outputSteps;
        private final Series series;

        Hours(Cell cell, int layers, int outputSteps, int rows, int threads) {
            architecture = Architecture.overValues(cell, 1, HIDDEN, layers, 2, 1);
            parameters = Network.parameters(architecture, threads);
            parameters.allocate();
            this.outputSteps = outputSteps;
            SplittableRandom random = new SplittableRandom(5);
            parameters.all().forEach(p -> {
                float[] values = parameters.values(p.name());
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextDouble(-0.8, 0.8);
                }
                parameters.setValues(p.name(), values);
            });
            double[] values =
                    IntStream.range(0, rows).mapToDouble(t -> Math.sin(t * 0.7)).toArray();
            TimeAxis time =
                    TimeAxis.regular(TimeAxis.stamp(LocalDateTime.of(2024, 1, 1, 0, 0)), Frequency.HOURLY, null);
            series = new Series("", time, new double[][] {values}, new double[0][], new double[0][]);
        }

        @Override
        public Architecture architecture() {
            return architecture;
        }

        @Override
        public Parameters parameters() {
            return parameters;
        }

        @Override
        public int steps() {
            return STEPS;
        }

        @Override
        public int outputSteps() {
            return outputSteps;
        }

        @Override
        public int count() {
            return (series.length() - 1) / STEPS;
        }

        @Override
        public SequenceTask.Batch batch(int[] windows) {
            float[] values = new float[STEPS * windows.length];
            float[] direct = new float[outputSteps * windows.length];
            for (int row = 0; row < values.length; row++) {
                values[row] = (float) place(windows[row % windows.length], row / windows.length)
                        .value(0);
            }
            System.arraycopy(values, values.length - direct.length, direct, 0, direct.length);
            int early = STEPS - outputSteps;
            double weight = 1.0 / (outputSteps * windows.length);
            return new SequenceTask.Batch(
                    values,
                    direct,
                    loss(
                            weight,
                            row -> place(windows[row % windows.length], early + row / windows.length + 1)
                                    .value(0)));
        }

        @Override
        public Place place(int window, int step) {
            return new Place(series, window * STEPS + step);
        }

        @Override
        public List<String> channels() {
            return List.of("wave");
        }
    }

    /** The squared error of the sum of both outputs, and the fourth power of the second, times a weight. */
    private static OutputLoss loss(double weight, java.util.function.IntToDoubleFunction truth) {
        return (row, outputs, gradient) -> {
            double target = truth.applyAsDouble(row);
            double error = outputs[0] + outputs[1] - target;
            gradient[0] = (float) (2 * weight * error);
            gradient[1] = (float) (weight * (2 * error + 4 * Math.pow(outputs[1], 3)));
            return weight * (error * error + Math.pow(outputs[1], 4));
        };
    }

    static Stream<Cell> cells() {
        return EveryCell.of(2);
    }

    /** |∂loss ⁄ ∂s_(t−k)| of the last step, by changing the state that the rest of the window starts from. */
    @ParameterizedTest
    @MethodSource("cells")
    void reach_equalsFiniteDifferences(Cell cell) {
        Hours hours = new Hours(cell, 1, 1, STEPS + 1, 1);
        int lags = STEPS - 1;
        try (Engine engine = TinyModels.engine(1);
                MatrixProducts products = new MatrixProducts(engine);
                NetworkTracer tracer =
                        new NetworkTracer(products, new SeriesSubject(hours), new RunShape(STEPS, 1, 1, 0))) {
            ReachMeter meter = new ReachMeter(products, tracer.weights(), lags);
            NetworkTracer.Window window = tracer.next();
            assertThat(meter.add(window, 10)).isEqualTo(1);
            double[] mean = meter.result(0).mean();
            for (int lag : new int[] {1, 3, 6}) {
                assertThat(mean[lag])
                        .as("lag %d", lag)
                        .isCloseTo(numeric(engine, hours, lag), within(0.01 * mean[lag]));
            }
            assertThat(window.losses()).startsWith(Float.NaN, Float.NaN);
            assertThat(window.losses()[STEPS - 1]).isPositive();
        } finally {
            hours.parameters().close();
        }
    }

    private static double numeric(Engine engine, Hours hours, int lag) {
        int from = STEPS - lag; // s_(t−k) is what stands before this step
        SequenceTask.Batch batch = hours.batch(new int[] {0});
        float[] before = Arrays.copyOf(batch.values(), from);
        float[] after = Arrays.copyOfRange(batch.values(), from, STEPS);
        float[] outputs = new float[2];
        try (Network first = network(engine, hours, from);
                Network rest = network(engine, hours, lag)) {
            first.clearStates();
            first.outputs(Sequences.ofValues(before).withDirect(new float[1]), outputs);
            LayerState state = first.states().getFirst();
            double squares = 0;
            float step = 1e-2f;
            for (float[] part : state.memory() == null
                    ? new float[][] {state.state()}
                    : new float[][] {state.state(), state.memory()}) {
                for (int j = 0; j < HIDDEN; j++) {
                    float value = part[j];
                    part[j] = value + step;
                    double above = loss(rest, state, after, batch, outputs);
                    part[j] = value - step;
                    double below = loss(rest, state, after, batch, outputs);
                    part[j] = value;
                    squares += Math.pow((above - below) / (2 * step), 2);
                }
            }
            return Math.sqrt(squares);
        }
    }

    private static Network network(Engine engine, Hours hours, int steps) {
        return new Network(
                        engine,
                        hours.parameters(),
                        hours.architecture(),
                        WindowShape.of(steps, 1).withOutputSteps(1),
                        false)
                .allocate();
    }

    private static double loss(
            Network rest, LayerState state, float[] values, SequenceTask.Batch batch, float[] outputs) {
        rest.setStates(List.of(state));
        rest.outputs(Sequences.ofValues(values).withDirect(batch.direct()), outputs);
        return batch.loss().apply(0, outputs, new float[2]);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void explanation_isCompleteAndCanBeWritten(Cell cell) {
        for (int outputSteps : new int[] {1, STEPS}) {
            Hours hours = new Hours(cell, 2, outputSteps, 500, 2);
            ExplainSettings settings = ExplainSettings.builder()
                    .tokens(300)
                    .streams(3)
                    .reach(20)
                    .exponents(2)
                    .snapshots(2)
                    .lesionTokens(200)
                    .unitsShown(2)
                    .unitGroups(2)
                    .build();
            try (Engine engine = TinyModels.engine(2)) {
                ModelExplanation result = ModelExplainer.explain(engine, hours, settings, ExplainProgress.SILENT);

                boolean gated = !(cell instanceof DeepTransition);
                assertThat(result.lossUnit()).isEqualTo(LossUnit.PER_VALUE);
                assertThat(result.stretch().channels().getFirst().name()).isEqualTo("wave");
                assertThat(result.stretch().texts()).hasSize(STEPS).first().isEqualTo("2024-01-01 00:00:00");
                assertThat(result.tokens()).isGreaterThanOrEqualTo(outputSteps == 1 ? 30 : 300);
                for (LayerExplanation layer : result.layers()) {
                    assertThat(layer.reach().mean()).hasSize(STEPS);
                    assertThat(layer.lesions())
                            .hasSize(
                                    !gated
                                            ? 0
                                            : 2 + cell.depth() * cell.lesions().size());
                    assertThat(layer.gates().units()).hasSize(gated ? 2 : 0).allSatisfy(unit -> {
                        assertThat(unit.profiles())
                                .extracting(UnitActivity.Profile::by)
                                .contains(UnitActivity.Grouping.VALUE, UnitActivity.Grouping.HOUR);
                        // A wave tells more of what follows it than the clock does.
                        assertThat(unit.profiles().getFirst().by()).isEqualTo(UnitActivity.Grouping.VALUE);
                        assertThat(unit.profiles().stream()
                                        .filter(p -> p.by() == UnitActivity.Grouping.VALUE)
                                        .findFirst()
                                        .orElseThrow()
                                        .openings())
                                .hasSize(8);
                    });
                }
                assertThat(result.loss()).isCloseTo(meanLoss(engine, hours), within(0.3 * result.loss()));
                String json = Json.toText(result);
                assertThat(json).doesNotContain("NaN", "Infinity");
            } finally {
                hours.parameters().close();
            }
        }
    }

    private static double meanLoss(Engine engine, Hours hours) {
        int[] all = IntStream.range(0, hours.count()).toArray();
        SequenceTask.Batch batch = hours.batch(all);
        int rows = hours.outputSteps() * all.length;
        float[] outputs = new float[2 * rows];
        try (Network network = new Network(
                        engine,
                        hours.parameters(),
                        hours.architecture(),
                        WindowShape.of(STEPS, all.length).withOutputSteps(hours.outputSteps()),
                        false)
                .allocate()) {
            network.clearStates();
            network.outputs(batch.sequences(), outputs);
        }
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            sum += batch.loss().apply(row, Arrays.copyOfRange(outputs, 2 * row, 2 * row + 2), new float[2]);
        }
        return sum;
    }

    @Test
    void dataWithoutAWindow_isRefused() {
        Hours hours = new Hours(new Lstm(), 1, 1, 5, 1);
        try (Engine engine = TinyModels.engine(1)) {
            assertThatThrownBy(() ->
                            ModelExplainer.explain(engine, hours, ExplainSettings.DEFAULTS, ExplainProgress.SILENT))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("9 steps");
        } finally {
            hours.parameters().close();
        }
    }
}
