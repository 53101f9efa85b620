package org.rhn4j.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.TimeAxis;

class PastReachMeterTest {
    private static final int CONTEXT = 10;
    private static final List<Integer> SEASONS = List.of(3, 6);
    private static final int HORIZON = 2;

    /** Values and a covariate that tell their rows. */
    private static ForecastWindow window(int origin) {
        double[] values = IntStream.range(0, 20).mapToDouble(i -> i).toArray();
        Series series = new Series(
                "a", TimeAxis.rows(0), new double[][] {values}, new double[][] {values.clone()}, new double[][] {
                    values.clone()
                });
        return new ForecastWindow(series, origin);
    }

    private static double[] seen(ForecastWindow window, int past) {
        ForecastWindow shortened = PastReachMeter.repeating(window, past, CONTEXT, SEASONS, HORIZON);
        return Arrays.copyOf(shortened.series().targets()[0], shortened.origin());
    }

    @Test
    void repeating_withTheWholePast_changesNothing() {
        assertThat(seen(window(15), CONTEXT)).containsExactly(5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    }

    @Test
    void repeating_withMoreThanASeason_repeatsWholeSeasons() {
        assertThat(seen(window(15), 7)).containsExactly(11, 12, 13, 8, 9, 10, 11, 12, 13, 14);
        assertThat(seen(window(15), 4)).containsExactly(11, 12, 13, 11, 12, 13, 11, 12, 13, 14);
    }

    @Test
    void repeating_withLessThanASeason_repeatsAllThatIsSeen() {
        assertThat(seen(window(15), 2)).containsExactly(13, 14, 13, 14, 13, 14, 13, 14, 13, 14);
        assertThat(seen(window(15), 1)).containsOnly(14);
    }

    @Test
    void repeating_atTheSeriesBegin_doesWithWhatIsThere() {
        assertThat(seen(window(4), 2)).containsExactly(2, 3, 2, 3);
        assertThat(seen(window(4), CONTEXT)).containsExactly(0, 1, 2, 3);
    }

    /** What is known in advance is no past; the truth to judge by stays, and the series itself is not touched. */
    @Test
    void repeating_leavesTheFutureAndTheSeriesAlone() {
        ForecastWindow window = window(15);

        ForecastWindow shortened = PastReachMeter.repeating(window, 1, CONTEXT, SEASONS, HORIZON);

        assertThat(shortened.truth(0)).isEqualTo(15);
        assertThat(shortened.truth(1)).isEqualTo(16);
        assertThat(shortened.series().known()[0]).containsExactly(5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        assertThat(shortened.series().past()[0]).startsWith(14, 14, 14);
        assertThat(window.series().targets()[0]).startsWith(0, 1, 2);
        assertThat(shortened.series().time().textAt(0)).isEqualTo("5");
    }

    @Test
    void pasts_goUpToTheContextAndHoldTheSeason() {
        assertThat(PastReachMeter.pasts(56, List.of(7, 365))).containsExactly(1, 2, 4, 7, 8, 14, 16, 32, 56);
        assertThat(PastReachMeter.pasts(100, List.of(24, 168))).containsExactly(1, 2, 4, 8, 16, 24, 32, 48, 64, 100);
        assertThat(PastReachMeter.pasts(1, List.of(1))).containsExactly(1);
    }
}
