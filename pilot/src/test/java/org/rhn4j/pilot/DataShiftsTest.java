package org.rhn4j.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.TimeAxis;

class DataShiftsTest {
    private static final TimeAxis DAYS =
            TimeAxis.regular(TimeAxis.stamp(LocalDate.of(2024, 1, 1).atStartOfDay()), Frequency.DAILY, null);
    private static final int SEASON = 7;

    /** A weekly pattern with a little noise. */
    private static double[] quiet(int days) {
        RandomSource random = new RandomSource(3);
        return IntStream.range(0, days)
                .mapToDouble(t -> 100 + 10 * (t % SEASON) + random.uniformDouble(t))
                .toArray();
    }

    @Test
    void of_aQuietSeries_findsNothing() {
        assertThat(DataShifts.of(quiet(700), DAYS, SEASON)).isEmpty();
    }

    @Test
    void of_twoOddDays_namesTheLargerFirst() {
        double[] values = quiet(700);
        values[100] -= 30;
        values[359] += 60; // 2024-12-25

        List<Instability> found = DataShifts.of(values, DAYS, SEASON);

        assertThat(found).singleElement().satisfies(shock -> {
            assertThat(shock.kind()).isEqualTo(Instability.Kind.SHOCK);
            assertThat(shock.when()).isEqualTo("2024-12-25, 2024-04-10");
            assertThat(shock.count()).isEqualTo(2);
            assertThat(shock.value()).isGreaterThan(20);
        });
    }

    @Test
    void of_aLevelThatMovedAndStayed_namesTheDayAndTheChange() {
        double[] values = quiet(700);
        for (int t = 350; t < 700; t++) {
            values[t] *= 1.4;
        }

        List<Instability> found = DataShifts.of(values, DAYS, SEASON);

        assertThat(found).singleElement().satisfies(shift -> {
            assertThat(shift.kind()).isEqualTo(Instability.Kind.LEVEL_SHIFT);
            assertThat(shift.when()).isEqualTo("2024-12-16");
            assertThat(shift.value()).isCloseTo(0.4, within(0.01));
        });
    }

    @Test
    void of_missingValues_passesThemOver() {
        double[] values = quiet(700);
        values[5] = Double.NaN;
        values[90] = Double.NaN;

        assertThat(DataShifts.of(values, DAYS, SEASON)).isEmpty();
    }

    @Test
    void of_aShortSeries_findsNothing() {
        assertThat(DataShifts.of(quiet(20), DAYS, SEASON)).isEmpty();
    }
}
