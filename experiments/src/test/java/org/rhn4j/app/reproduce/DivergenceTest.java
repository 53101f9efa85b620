package org.rhn4j.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DivergenceTest {
    private final Divergence divergence = new Divergence(3, 4);

    private void add(int count, double loss) {
        for (int i = 0; i < count; i++) {
            divergence.add(loss);
        }
    }

    @Test
    void tenWindowsAboveBothLimits_areADivergence_fromTheFirstOfThem() {
        add(20, 2.5);
        add(9, 3.5);
        assertThat(divergence.step()).isEmpty();

        add(1, 3.5);

        assertThat(divergence.step()).hasValue(21);
        add(20, 2);
        assertThat(divergence.step()).hasValue(21);
    }

    @Test
    void aRiseThatDoesNotLast_isNone() {
        add(20, 2.5);
        add(9, 3.5);
        add(1, 2.9);
        add(9, 3.5);

        assertThat(divergence.step()).isEmpty();
    }

    @Test
    void learningNothing_isNone() {
        add(100, 4);

        assertThat(divergence.step()).isEmpty();
    }

    @Test
    void aRiseAboveTheBeginning_isOneFromTheFirstStep() {
        add(10, 4.5);

        assertThat(divergence.step()).hasValue(1);
    }

    @Test
    void aRiseBelowTheLossOfFrequenciesAlone_isNone() {
        add(20, 1);
        add(20, 2.9);

        assertThat(divergence.step()).isEmpty();
    }

    @Test
    void aLossThatIsNotFinite_isOneAtOnce_orWhereTheRiseBefore_began() {
        add(20, 2.5);
        add(3, 3.5);
        divergence.add(Double.NaN);

        assertThat(divergence.step()).hasValue(21);
        Divergence sudden = new Divergence(3, 4);
        sudden.add(2.5);
        sudden.notFinite();
        assertThat(sudden.step()).hasValue(2);
    }
}
