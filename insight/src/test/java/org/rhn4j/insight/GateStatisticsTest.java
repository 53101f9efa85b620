package org.rhn4j.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.rhn4j.insight.TinyModels.COUPLED;
import static org.rhn4j.insight.TinyModels.randomState;
import static org.rhn4j.insight.TinyModels.randomize;
import static org.rhn4j.insight.TinyModels.uniform;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.DeepTransition;
import org.rhn4j.cells.EveryCell;
import org.rhn4j.cells.Gate.Role;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.RecurrentHighway;
import org.rhn4j.cells.reference.ReferenceCell;
import org.rhn4j.numbers.Engine;

class GateStatisticsTest {
    private static final int HIDDEN = 6;
    private static final int STEPS = 9;
    private static final int BATCH = 2;

    static Stream<Cell> cells() {
        return EveryCell.of(3);
    }

    private static LayerTrace trace(MatrixProducts products, Cell cell, double transformBias) {
        SplittableRandom random = new SplittableRandom(2);
        ReferenceCell reference = TinyModels.reference(cell, 3, HIDDEN);
        randomize(reference.parameters(), random, 0.8);
        for (int unit = 0; unit < 2; unit++) { // two units beyond doubt
            double[] bias = reference.parameters().get(cell.biasNames(0).getFirst());
            if (cell.gates() > 1) {
                int block = CellGates.of(cell).getFirst();
                bias[block * HIDDEN + unit] = unit == 0 ? transformBias : -transformBias;
            }
        }
        double[] x = uniform(random, STEPS * BATCH * 3, 1);
        return TinyModels.trace(products, cell, reference, x, randomState(random, reference, BATCH));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void summariesAreThoseOfAllValues(Cell cell) {
        try (Engine engine = TinyModels.engine(2);
                MatrixProducts products = new MatrixProducts(engine)) {
            LayerTrace trace = trace(products, cell, 20);
            GateStatistics statistics = new GateStatistics(trace.weights());

            statistics.add(products, trace);
            statistics.add(products, trace);

            GateReport report = statistics.report(List.of());
            List<String> gates = CellGates.names(cell);
            assertThat(report.steps()).isEqualTo(2L * STEPS * BATCH);
            assertThat(report.gates()).hasSize(gates.size() * cell.depth());
            for (GateSummary summary : report.gates()) {
                int gate = gates.indexOf(summary.gate());
                assertSummary(summary, trace, gate);
            }
            if (!gates.isEmpty()) {
                assertThat(report.gates().getFirst().alwaysOpen()).contains(0).doesNotContain(1);
                assertThat(report.gates().getFirst().alwaysShut()).contains(1).doesNotContain(0);
            }
        }
    }

    private static void assertSummary(GateSummary summary, LayerTrace trace, int gate) {
        double[] all = IntStream.range(0, trace.rows() * HIDDEN)
                .mapToDouble(i -> trace.gate(summary.microLayer(), gate, i / HIDDEN, i % HIDDEN))
                .toArray();
        assertThat(summary.mean()).isCloseTo(Statistics.mean(all), within(1e-9));
        assertThat(summary.standardDeviation())
                .isCloseTo(
                        Statistics.standardDeviation(all) * Math.sqrt((all.length - 1.0) / all.length), within(1e-6));
        double share = 0;
        for (float bin : summary.histogram()) {
            share += bin;
        }
        assertThat(share).isCloseTo(1, within(1e-5));
        assertThat((double) summary.histogram()[0])
                .isCloseTo(
                        IntStream.range(0, all.length)
                                        .filter(i -> all[i] < 0.05)
                                        .count()
                                / (double) all.length,
                        within(1e-6));
        double[] unit = IntStream.range(0, trace.rows())
                .mapToDouble(r -> all[r * HIDDEN + 3])
                .toArray();
        assertThat((double) summary.unitMeans()[3]).isCloseTo(Statistics.mean(unit), within(1e-6));
        assertThat(summary.meanByStep()).hasSize(STEPS);
        double step = IntStream.range(0, HIDDEN)
                .mapToDouble(j -> all[4 * BATCH * HIDDEN + j])
                .average()
                .orElseThrow();
        assertThat((double) summary.meanByStep()[4]).isCloseTo(step, within(1e-6));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void timeConstants_areThoseOfTheProductOfCarries(Cell cell) {
        try (Engine engine = TinyModels.engine(1);
                MatrixProducts products = new MatrixProducts(engine)) {
            LayerTrace trace = trace(products, cell, 1);
            GateStatistics statistics = new GateStatistics(trace.weights());

            statistics.add(products, trace);

            float[] constants = statistics.timeConstants();
            if (cell instanceof DeepTransition) {
                assertThat(constants).isEmpty();
                return;
            }
            for (int j = 0; j < HIDDEN; j++) {
                double sum = 0;
                for (int row = 0; row < trace.rows(); row++) {
                    double logarithm = 0;
                    for (int l = 0; l < cell.depth(); l++) {
                        logarithm += Math.log(carry(cell, trace, l, row, j));
                    }
                    sum += -1 / logarithm;
                }
                assertThat((double) constants[j]).isCloseTo(sum / trace.rows(), within(1e-3 * sum / trace.rows()));
            }
        }
    }

    private static double carry(Cell cell, LayerTrace trace, int l, int row, int unit) {
        for (int k = 0; k < trace.gateCount(); k++) {
            if (cell.blocks().get(CellGates.of(cell).get(k)).role() == Role.KEEPS) {
                return trace.gate(l, k, row, unit);
            }
        }
        return 1 - trace.gate(l, 0, row, unit);
    }

    @Test
    void timeConstant_ofNothingIsZeroAndOfAllIsCutOff() {
        assertThat(GateStatistics.timeConstant(0)).isZero();
        assertThat(GateStatistics.timeConstant(1)).isEqualTo(GateReport.LONGEST);
        assertThat(GateStatistics.timeConstant(1 / Math.E)).isCloseTo(1, within(1e-12));
    }

    @Test
    void unitMeter_ranksTokensAndPlaces() {
        try (Engine engine = TinyModels.engine(1);
                MatrixProducts products = new MatrixProducts(engine)) {
            LayerTrace trace = trace(products, new RecurrentHighway(2, COUPLED), 1);
            UnitActivity.Choice choice = new UnitActivity.Choice(0, 1, 4);
            int[] inputs = IntStream.range(0, trace.rows())
                    .map(r -> r == 0 ? 4 : r % 4)
                    .toArray();
            PlaceGroups tokens = new PlaceGroups(
                    UnitActivity.Grouping.TOKEN, "", 5, place -> inputs[place - 100], id -> "token " + id);
            UnitMeter meter = new UnitMeter(choice, "transform", List.of(tokens));
            int[] places = IntStream.range(0, trace.rows()).map(r -> 100 + r).toArray();
            int[] ids = IntStream.range(0, 100 + trace.rows())
                    .map(place -> place < 100 ? 0 : inputs[place - 100])
                    .toArray();

            meter.add(trace, places);

            Architecture none = Architecture.overTokens(new RecurrentHighway(2, COUPLED), 5, 3, 3, 1, false);
            Subject subject = new TextSubject(Network.parameters(none, 1), none, ids, id -> "token " + id);
            UnitActivity activity = meter.result(2, subject, new float[] {0, 0, 0, 0, 7, 0, 0});
            assertThat(activity.timeConstant()).isEqualTo(7);
            assertThat(activity.byStep()).hasSize(trace.steps());
            assertThat(activity.byStep()[1]).isEqualTo(trace.gate(1, 0, trace.row(1, 0), 4));
            List<UnitActivity.Opening> openings = activity.profiles().getFirst().openings();
            assertThat(openings)
                    .extracting(UnitActivity.Opening::text)
                    .containsExactlyInAnyOrder("token 0", "token 1", "token 2", "token 3");
            assertThat(openings)
                    .extracting(UnitActivity.Opening::mean)
                    .isSortedAccordingTo((a, b) -> Double.compare(b, a));
            UnitActivity.Opening first = openings.getFirst();
            double mean = IntStream.range(0, trace.rows())
                    .filter(r -> first.text().equals("token " + inputs[r]))
                    .mapToDouble(r -> trace.gate(1, 0, r, 4))
                    .average()
                    .orElseThrow();
            assertThat(first.mean()).isCloseTo(mean, within(1e-9));
            int widest = IntStream.range(0, trace.rows())
                    .boxed()
                    .max((a, b) -> Float.compare(trace.gate(1, 0, a, 4), trace.gate(1, 0, b, 4)))
                    .orElseThrow();
            assertThat(activity.positions()).hasSize(12);
            assertThat(activity.positions().getFirst().position()).isEqualTo(100 + widest);
            assertThat(activity.positions().getFirst().text()).isEqualTo("token " + inputs[widest]);
        }
    }
}
