package org.rhn4j.tasks.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.histories.History;
import org.rhn4j.tasks.histories.HistorySet;
import org.rhn4j.tasks.series.Scaling;
import org.rhn4j.tasks.series.SeriesExamples;
import org.rhn4j.tasks.series.SeriesExamples.Place;
import org.rhn4j.training.SequenceTask;

class FailureExamplesTest {
    private static final double CAP = 30;

    private static Engine engine;
    private static FailureData data;
    private static FailureModel model;

    @BeforeAll
    static void open() {
        engine = Engine.builder().threads(1).build();
        HistorySet set = Machines.set(12, 3);
        data = FailurePlan.of(new RecurrentStack(CellKind.RHN, 8, 2, 1))
                .withCap(CAP)
                .withSmoothing(List.of(6))
                .prepare(set, FailurePlan.split(set.units(), 0, 1), false);
        model = new FailureModel(engine, data.configuration());
    }

    @AfterAll
    static void close() {
        model.close();
        engine.close();
    }

    private static HistorySet machines() {
        return data.select(Machines.set(12, 4));
    }

    @Test
    void windows_coverEachHistoryToItsFailure() {
        HistorySet set = machines();
        SeriesExamples examples = model.examples(set);
        int steps = examples.steps();
        assertThat(steps).isBetween(25, 45);
        assertThat(examples.channels()).containsExactly("RUL", "temperature", "vibration");

        Map<String, boolean[]> seen = new HashMap<>();
        for (int window = 0; window < examples.count(); window++) {
            for (int step = 0; step < steps; step++) {
                Place place = examples.place(window, step);
                History history = set.units().stream()
                        .filter(unit -> unit.unit().equals(place.series().id()))
                        .findFirst()
                        .orElseThrow();
                seen.computeIfAbsent(history.unit(), name -> new boolean[history.length()])[place.row()] = true;
                assertThat(place.value(0)).isEqualTo(history.length() - 1 - place.row());
                assertThat(place.value(2)).isEqualTo(history.rows()[place.row()][1]);
                assertThat(place.series().time().stampAt(place.row())).isEqualTo(history.stamps()[place.row()]);
            }
        }
        long longEnough =
                set.units().stream().filter(unit -> unit.length() >= steps).count();
        assertThat(seen).hasSize((int) longEnough);
        seen.values().forEach(rows -> assertThat(rows).doesNotContain(false));
    }

    @Test
    void batch_readsWindowsAfreshAndHoldsThemAgainstTheLives() {
        HistorySet set = machines();
        SeriesExamples examples = model.examples(set);
        int steps = examples.steps();
        int[] windows = {1, examples.count() - 1};
        SequenceTask.Batch batch = examples.batch(windows);

        Scaling scaling = data.configuration().scaling();
        int size = 4;
        assertThat(batch.values()).hasSize(steps * windows.length * size);
        for (int b = 0; b < windows.length; b++) {
            double[] means = new double[2];
            for (int t = 0; t < steps; t++) {
                Place place = examples.place(windows[b], t);
                int at = (t * windows.length + b) * size;
                for (int c = 0; c < 2; c++) {
                    double z = scaling.apply(c, place.value(c + 1));
                    // A running mean over six rows, of all rows while they are fewer than three.
                    means[c] += Math.max(2.0 / 7, 1.0 / (t + 1)) * (z - means[c]);
                    assertThat(z).isBetween(-4.0, 4.0);
                    assertThat(batch.values()[at + 2 * c]).isEqualTo((float) z);
                    assertThat(batch.values()[at + 2 * c + 1]).isEqualTo((float) means[c]);
                }

                // The slope of the squared error is 0 at the share of the cap that is left.
                float share = (float) (Math.min(CAP, place.value(0)) / CAP);
                float[] gradient = new float[3];
                batch.loss().apply(t * windows.length + b, new float[] {share, 0, 0}, gradient);
                assertThat(gradient[0]).isCloseTo(0f, within(1e-6f));
            }
        }
    }

    @Test
    void histories_ofRunningUnits_haveNoKnownLife() {
        HistorySet set = machines();
        SeriesExamples examples = model.examples(set.with(
                set.units().stream().map(unit -> unit.until(unit.length() - 1)).toList()));
        assertThat(examples.place(0, 0).value(0)).isNaN();
    }

    @Test
    void histories_ofAFewRows_areRefused() {
        HistorySet set = machines();
        HistorySet brief =
                set.with(set.units().stream().map(unit -> unit.until(5)).toList());
        assertThatThrownBy(() -> model.examples(brief))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("5 rows")
                .hasMessageContaining("at least 8");
    }
}
