package org.rhn4j.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.rhn4j.cells.CellKind;
import org.rhn4j.pilot.Comparison.Verdict;

class PairedComparisonTest {
    private static final Contender REFERENCE = PilotFixtures.contender(
            ContenderName.of(CellKind.LSTM, 1), new double[] {1.0, 1.2, 0.8, 1.0}, new double[] {1.2, 1.2, 1.0, 1.0});
    private static final Contender CANDIDATE = PilotFixtures.contender(
            ContenderName.rhn(3), new double[] {0.5, 0.7, 0.6, 0.6}, new double[] {0.7, 0.7, 0.8, 0.6});

    /**
     * By hand: the seeds' means are 1.0 and 1.1, and 0.6 and 0.7, so each contender's mean has a variance of 0.0025. The
     * blocks' mean differences are 0.5 and 0.3: 0.01. Together 0.015 with 0.015² / (2 · 0.0025² + 0.01²) = 2 degrees
     * of freedom, whose t at 97.5 % is 4.302653, and everything over the reference's mean of 1.05.
     */
    @Test
    void of_seedsAndBlocks_addsTheirVariances() {
        Comparison comparison = PairedComparison.of(CANDIDATE, REFERENCE, PilotFixtures.windows(0, 0, 1, 1), 0.02);

        assertThat(comparison.gain()).isCloseTo(0.380952, within(1e-6));
        assertThat(comparison.degreesOfFreedom()).isCloseTo(2, within(1e-9));
        assertThat(comparison.seedShare()).isCloseTo(1.0 / 3, within(1e-9));
        assertThat(comparison.low()).isCloseTo(-0.120919, within(1e-6));
        assertThat(comparison.high()).isCloseTo(0.882824, within(1e-6));
        assertThat(comparison.verdict()).isEqualTo(Verdict.UNCLEAR);
    }

    @Test
    void of_theOtherWayRound_isTheSameDifferenceOverTheOthersError() {
        Comparison comparison = PairedComparison.of(REFERENCE, CANDIDATE, PilotFixtures.windows(0, 0, 1, 1), 0.02);

        assertThat(comparison.gain()).isCloseTo(-0.4 / 0.65, within(1e-9));
        assertThat(comparison.low()).isCloseTo((-0.4 - 0.526965) / 0.65, within(1e-5));
    }

    @Test
    void of_aNaiveReference_hasNoVarianceOfSeeds() {
        Contender naive = PilotFixtures.contender(ContenderName.SEASONAL_NAIVE, new double[] {1.1, 1.2, 0.9, 1.0});

        Comparison comparison = PairedComparison.of(CANDIDATE, naive, PilotFixtures.windows(0, 0, 1, 1), 0.02);

        assertThat(comparison.seedShare()).isCloseTo(0.0025 / 0.0125, within(1e-9));
    }

    @Test
    void of_differencesThatAreSure_tellsBetterEqualAndWorse() {
        Contender reference = PilotFixtures.sure(ContenderName.of(CellKind.LSTM, 1), 1);

        assertThat(verdict(0.9, reference)).isEqualTo(Verdict.BETTER);
        assertThat(verdict(0.99, reference)).isEqualTo(Verdict.NOTHING_WORTH_HAVING);
        assertThat(verdict(1, reference)).isEqualTo(Verdict.NOTHING_WORTH_HAVING);
        assertThat(verdict(1.1, reference)).isEqualTo(Verdict.WORSE);
    }

    @Test
    void of_oneSeedOrOneBlock_isUnclearHoweverLargeTheGain() {
        Contender reference = PilotFixtures.sure(ContenderName.of(CellKind.LSTM, 1), 1);
        Contender one = PilotFixtures.contender(ContenderName.rhn(1), new double[] {.1, .1, .1, .1, .1, .1, .1, .1});

        assertThat(PairedComparison.of(one, reference, PilotFixtures.windows(), 0.02)
                        .verdict())
                .isEqualTo(Verdict.UNCLEAR);
        assertThat(PairedComparison.of(
                                PilotFixtures.sure(ContenderName.rhn(1), 0.1),
                                reference,
                                PilotFixtures.windows(0, 0, 0, 0, 0, 0, 0, 0),
                                0.02)
                        .verdict())
                .isEqualTo(Verdict.UNCLEAR);
    }

    @Test
    void of_errorsOfOtherWindows_isRefused() {
        assertThatThrownBy(() -> PairedComparison.of(CANDIDATE, REFERENCE, PilotFixtures.windows(), 0.02))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 windows, not 8");
    }

    private static Verdict verdict(double error, Contender reference) {
        return PairedComparison.of(
                        PilotFixtures.sure(ContenderName.rhn(1), error), reference, PilotFixtures.windows(), 0.02)
                .verdict();
    }
}
