package org.rhn4j.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.ReadingReport;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeAxis;
import org.rhn4j.tasks.series.TimeSplit;

class PilotSplitTest {
    private static SeriesSet set(Frequency frequency, int... lengths) {
        List<Series> series = Stream.of(lengths)
                .flatMapToInt(java.util.Arrays::stream)
                .mapToObj(length -> new Series(
                        "s" + length,
                        TimeAxis.regular(0, frequency, null),
                        new double[][] {new double[length]},
                        new double[0][],
                        new double[0][]))
                .toList();
        return new SeriesSet(
                SeriesSchema.of("y"),
                frequency,
                Map.of(),
                series,
                new ReadingReport(0, List.of(), List.of(), ReadingOptions.AUTOMATIC));
    }

    /** Whole windows, to the row: 15 % to test where that is four windows, else four, or what is there. */
    @ParameterizedTest
    @CsvSource({"5479, 28, 821, 548", "400, 28, 112, 40", "150, 28, 56, 28", "35, 5, 10, 5", "1000, 1, 150, 100"})
    void of_oneSeries_holdsBackWholeWindows(int rows, int horizon, int test, int validation) {
        TimeSplit.Parts parts =
                PilotSplit.of(set(Frequency.DAILY, rows), horizon).getFirst();

        assertThat(parts.end() - parts.validationEnd()).isEqualTo(test);
        assertThat(parts.validationEnd() - parts.trainEnd()).isEqualTo(validation);
        assertThat(parts.trainEnd()).isGreaterThanOrEqualTo(2 * horizon);
    }

    /** A series that ended early has nothing to test, and is not cut anywhere else. */
    @org.junit.jupiter.api.Test
    void of_seriesOfSeveralLengths_cutsAllAtTheSameMoments() {
        List<TimeSplit.Parts> parts = PilotSplit.of(set(Frequency.HOURLY, 1000, 800, 300), 10);

        assertThat(parts.get(0)).isEqualTo(new TimeSplit.Parts(750, 850, 1000));
        assertThat(parts.get(1)).isEqualTo(new TimeSplit.Parts(750, 800, 800));
        assertThat(parts.get(2)).isEqualTo(new TimeSplit.Parts(300, 300, 300));
    }
}
