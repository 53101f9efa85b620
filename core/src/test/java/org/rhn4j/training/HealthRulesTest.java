package org.rhn4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rhn4j.cells.MicroLayerHealth;

class HealthRulesTest {
    private static final int WINDOW = 10;

    private final HealthRules rules = new HealthRules(WINDOW);

    private List<HealthWarning> steps(double... ratios) {
        List<HealthWarning> all = new ArrayList<>();
        for (int i = 0; i < ratios.length; i++) {
            all.addAll(rules.afterStep(i + 1, ratios[i]));
        }
        return all;
    }

    /** One layer of two micro-layers, each with this gain and saturation. */
    private static TrainingHealth line(long step, double gain, double saturation) {
        MicroLayerHealth micro = new MicroLayerHealth(0.1, saturation, 2, gain);
        return new TrainingHealth(step, 5, 0.1, 1, 1, 0.01, List.of(List.of(micro, micro)), List.of());
    }

    /** Ratios of the first steps, after which single steps may be larger, and then others. */
    private static double[] after(double... others) {
        double[] ratios = new double[HealthRules.FEWEST_USUAL + others.length];
        Arrays.fill(ratios, 0, HealthRules.FEWEST_USUAL, 0.05);
        System.arraycopy(others, 0, ratios, HealthRules.FEWEST_USUAL, others.length);
        return ratios;
    }

    @Test
    void updates_thatAreLargeOnAverageOverThreeSteps_areToldOnce() {
        List<HealthWarning> warnings = steps(after(0.15, 0.05, 0.15, 0.11, 0.5, 0.5));

        assertThat(warnings).hasSize(1);
        assertThat(warnings.getFirst().kind()).isEqualTo(HealthWarning.Kind.UPDATES_TOO_LARGE);
        assertThat(warnings.getFirst().step()).isEqualTo(HealthRules.FEWEST_USUAL + 3);
        assertThat(warnings.getFirst().value()).isCloseTo(0.35 / 3, within(1e-12));
        assertThat(warnings.getFirst().sentence()).startsWith("step 23: ").contains("10 %", "learning rate");
    }

    @Test
    void oneLargeUpdate_isAReasonAmongTheFirstStepsAlone() {
        assertThat(steps(after(0.19, 0.01, 0.01, 0.19))).isEmpty();
        rules.restart(List.of());
        assertThat(steps(0.01, 0.11, 0.01)).extracting(HealthWarning::step).containsExactly(2L);
    }

    @Test
    void anUpdateFarAboveTheUsual_isTold_onceItIsKnownWhatIsUsual() {
        double[] ratios = new double[HealthRules.FEWEST_USUAL + 1];
        Arrays.fill(ratios, 0.005);
        ratios[10] = 0.08; // it is not known yet what is usual
        ratios[HealthRules.FEWEST_USUAL] = 0.08;

        List<HealthWarning> warnings = steps(ratios);

        assertThat(warnings).hasSize(1);
        assertThat(warnings.getFirst().step()).isEqualTo(HealthRules.FEWEST_USUAL + 1);
        assertThat(warnings.getFirst().value()).isEqualTo(0.08);
        assertThat(warnings.getFirst().threshold()).isCloseTo(15 * 0.005, within(1e-12));
    }

    @Test
    void anUpdateFarAboveTheUsual_isNoReasonWhileItIsSmall() {
        double[] ratios = new double[40];
        Arrays.fill(ratios, 0.001);
        ratios[30] = 0.04;

        assertThat(steps(ratios)).isEmpty();
    }

    @Test
    void growth_isThatOverTheWindow_twiceInARow() {
        double tenfold = Math.pow(10, 1.0 / (2 * WINDOW)); // two micro-layers a step

        assertThat(rules.afterMeasurement(line(20, 1.01 * tenfold, 0))).isEmpty();
        assertThat(rules.afterMeasurement(line(40, 0.99 * tenfold, 0))).isEmpty();
        assertThat(rules.afterMeasurement(line(60, 1.01 * tenfold, 0))).isEmpty();
        List<HealthWarning> warnings = rules.afterMeasurement(line(80, 1.01 * tenfold, 0));

        assertThat(warnings).extracting(HealthWarning::kind).containsExactly(HealthWarning.Kind.GRADIENTS_GROW);
        assertThat(warnings.getFirst().value()).isCloseTo(10 * Math.pow(1.01, 2 * WINDOW), within(1e-9));
        assertThat(rules.afterMeasurement(line(100, 1.01 * tenfold, 0))).isEmpty();
    }

    @Test
    void growthBeyondAllNumbers_isAFiniteOne() {
        rules.afterMeasurement(line(20, 1e200, 0));

        assertThat(rules.afterMeasurement(line(40, 1e200, 0)).getFirst().value())
                .isEqualTo(Double.MAX_VALUE);
    }

    @Test
    void saturation_isThatOfTheMicroLayerWithTheLeast() {
        MicroLayerHealth dead = new MicroLayerHealth(0.1, 1, 2, 0.5);
        MicroLayerHealth alive = new MicroLayerHealth(0.1, 0.9, 2, 0.5);
        TrainingHealth half = new TrainingHealth(20, 5, 0.1, 1, 1, 0.01, List.of(List.of(dead, alive)), List.of());

        assertThat(rules.afterMeasurement(half)).isEmpty();
        assertThat(rules.afterMeasurement(half)).isEmpty();
        assertThat(rules.afterMeasurement(line(60, 0.5, 0.99))).isEmpty();
        assertThat(rules.afterMeasurement(line(80, 0.5, 0.99)))
                .extracting(HealthWarning::kind)
                .containsExactly(HealthWarning.Kind.SATURATED);
    }

    @Test
    void restart_remembersWhatWasTold_andForgetsTheRest() {
        steps(after(0.15, 0.14));

        rules.restart(List.of(new HealthWarning(HealthWarning.Kind.GRADIENTS_GROW, 3, 20, 10)));

        assertThat(steps(0.09)).isEmpty(); // the mean would be over steps before
        rules.afterMeasurement(line(20, 10, 0));
        assertThat(rules.afterMeasurement(line(40, 10, 0))).isEmpty();
    }
}
