package org.rhn4j.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rhn4j.cells.CellKind;
import org.rhn4j.training.HealthWarning;
import org.rhn4j.training.TrainingListener.Decision;
import org.rhn4j.training.TrainingListener.Progress;

class TrainingCurveTest {
    private static List<TrainingPoint> falling() {
        List<TrainingPoint> points = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
            points.add(new TrainingPoint(i / 60.0, 1 / Math.sqrt(i), 2));
        }
        return points;
    }

    @Test
    void jumps_ofASmoothTraining_areNone() {
        assertThat(TrainingCurve.jumps(ContenderName.of(CellKind.LSTM, 1), 1, falling()))
                .isEmpty();
    }

    @Test
    void jumps_ofALossThatRose_tellWhenAndHowFar() {
        List<TrainingPoint> points = falling();
        points.set(29, new TrainingPoint(0.5, 3 / Math.sqrt(25.5), 2));

        List<Instability> found = TrainingCurve.jumps(ContenderName.of(CellKind.LSTM, 1), 4, points);

        assertThat(found).singleElement().satisfies(jump -> {
            assertThat(jump.kind()).isEqualTo(Instability.Kind.LOSS_SPIKE);
            assertThat(jump.when()).isEqualTo("50 %");
            assertThat(jump.seed()).isEqualTo(4);
            assertThat(jump.value()).isCloseTo(3, within(0.05));
        });
    }

    /** Batches of intermittent demand differ two-fold from one moment to the next: no jump tells anything there. */
    @Test
    void jumps_ofALossThatAlwaysVaries_areNone() {
        List<TrainingPoint> points = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
            points.add(new TrainingPoint(i / 60.0, 1 + 0.9 * Math.sin(i * i), 2));
        }

        assertThat(TrainingCurve.jumps(ContenderName.of(CellKind.LSTM, 1), 1, points))
                .isEmpty();
    }

    @Test
    void jumps_ofALongGradient_tellItsLength() {
        List<TrainingPoint> points = falling();
        points.set(44, new TrainingPoint(0.75, points.get(44).loss(), 50));

        assertThat(TrainingCurve.jumps(ContenderName.of(CellKind.LSTM, 1), 1, points))
                .singleElement()
                .satisfies(jump -> {
                    assertThat(jump.kind()).isEqualTo(Instability.Kind.GRADIENT_SPIKE);
                    assertThat(jump.value()).isEqualTo(25);
                });
    }

    /** Whatever moves in the first tenth is how a training begins. */
    @Test
    void jumps_inTheBeginning_doNotCount() {
        List<TrainingPoint> points = falling();
        points.set(3, new TrainingPoint(4 / 60.0, 9, 900));

        assertThat(TrainingCurve.jumps(ContenderName.of(CellKind.LSTM, 1), 1, points))
                .isEmpty();
    }

    /** The progress tells the mean loss of an epoch so far: 1, then (1 + 3) / 2; then a new epoch begins with 5. */
    @Test
    void points_undoTheMeanOfTheEpoch() {
        TrainingCurve curve = new TrainingCurve(() -> false);
        curve.afterWindow(progress(1, 1, 0.1));
        curve.afterWindow(progress(2, 2, 0.5));
        curve.afterWindow(progress(1, 5, 0.9));

        assertThat(curve.points().stream().map(TrainingPoint::loss)).containsExactly(1.0, 3.0, 5.0);
        assertThat(curve.updates()).isEqualTo(3);
    }

    @Test
    void afterWindow_whenStopped_endsTheTraining() {
        assertThat(new TrainingCurve(() -> true).afterWindow(progress(1, 1, 0.1)))
                .isEqualTo(Decision.STOP);
    }

    @Test
    void warnings_becomeFindings() {
        TrainingCurve curve = new TrainingCurve(() -> false);
        curve.afterWindow(progress(1, 1, 0.1));
        for (HealthWarning.Kind kind : HealthWarning.Kind.values()) {
            curve.warning(new HealthWarning(kind, 1, 0.9, 0.5));
        }

        assertThat(curve.instabilities(ContenderName.rhn(2), 1))
                .extracting(found -> found.kind().name())
                .containsExactlyElementsOf(List.of(HealthWarning.Kind.values()).stream()
                        .map(Enum::name)
                        .toList());
    }

    private static Progress progress(int step, double loss, double share) {
        return new Progress(0, 10, step, 100, loss, 0.001, 1, 32, 1, share);
    }
}
