package org.rhn4j.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.TimeAxis;

class PilotWindowTest {
    private static Series series(String id, LocalDateTime start, int rows) {
        double[] values = IntStream.range(0, rows).mapToDouble(i -> i).toArray();
        return new Series(
                id,
                TimeAxis.regular(TimeAxis.stamp(start), Frequency.DAILY, null),
                new double[][] {values},
                new double[0][],
                new double[0][]);
    }

    private static final PilotWindow.Usable ALL = (series, origin) -> true;
    private static final LocalDateTime START = LocalDateTime.of(2020, 1, 1, 0, 0);

    @Test
    void of_oneSeries_coversThePartOnce() {
        List<PilotWindow> windows =
                PilotWindow.of(List.of(series("a", START, 100)), List.of(new PilotWindow.Part(60, 99)), 10, 1000, ALL);

        assertThat(windows).extracting(PilotWindow::origin).containsExactly(60, 70, 80);
        assertThat(windows).extracting(PilotWindow::block).containsExactly(0, 1, 2);
    }

    /** What happens to all series at once counts once. */
    @Test
    void of_seriesThatShareTime_putsThemIntoOneBlock() {
        List<PilotWindow> windows = PilotWindow.of(
                List.of(series("a", START, 100), series("b", START.plusDays(5), 95)),
                List.of(new PilotWindow.Part(70, 100), new PilotWindow.Part(65, 95)),
                10,
                1000,
                ALL);

        assertThat(windows).hasSize(6);
        assertThat(windows).extracting(PilotWindow::block).containsExactly(0, 1, 2, 0, 1, 2);
    }

    @Test
    void of_manySeriesAndOneStretchOfTime_makesASeriesABlock() {
        List<Series> set =
                IntStream.range(0, 8).mapToObj(i -> series("s" + i, START, 50)).toList();

        List<PilotWindow> windows = PilotWindow.of(
                set,
                IntStream.range(0, 8)
                        .mapToObj(i -> new PilotWindow.Part(40, 50))
                        .toList(),
                10,
                1000,
                ALL);

        assertThat(windows).extracting(PilotWindow::block).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void of_moreThanWanted_isSpreadEvenly() {
        List<PilotWindow> windows =
                PilotWindow.of(List.of(series("a", START, 1010)), List.of(new PilotWindow.Part(10, 1010)), 10, 4, ALL);

        assertThat(windows).extracting(PilotWindow::origin).containsExactly(10, 260, 510, 760);
        assertThat(windows).extracting(PilotWindow::block).containsExactly(0, 1, 2, 3);
    }

    @Test
    void of_aWindowThatCannotBeUsed_isLeftOut() {
        List<PilotWindow> windows = PilotWindow.of(
                List.of(series("a", START, 40)),
                List.of(new PilotWindow.Part(10, 40)),
                10,
                100,
                (series, origin) -> origin != 20);

        assertThat(windows).extracting(PilotWindow::origin).containsExactly(10, 30);
    }

    @Test
    void named_tellsTheLastRowThatIsKnown() {
        TestWindow window = new PilotWindow(0, 31, 4).named(List.of(series("a", START, 40)));

        assertThat(window).isEqualTo(new TestWindow("a", "2020-01-31", 4));
    }
}
