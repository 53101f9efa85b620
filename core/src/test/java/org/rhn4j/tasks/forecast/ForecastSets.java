package org.rhn4j.tasks.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.ReadingReport;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeAxis;

/** Small sets of series for tests. */
final class ForecastSets {
    static final int SEASON = 8;

    private ForecastSets() {}

    /** Noisy waves of {@link #SEASON} rows on different levels. */
    static SeriesSet waves(int count, int rows) {
        RandomSource random = new RandomSource(3);
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double[] values = new double[rows];
            for (int t = 0; t < rows; t++) {
                double wave = Math.sin(2 * Math.PI * t / SEASON + i) + 0.5 * Math.cos(4 * Math.PI * t / SEASON);
                values[t] = 100 * (i + 1) + 10 * wave + random.uniformDouble((long) i * rows + t);
            }
            series.add(series("s" + i, values));
        }
        return of(series);
    }

    static Series series(String id, double... values) {
        return new Series(id, TimeAxis.rows(0), new double[][] {values}, new double[0][], new double[0][]);
    }

    static SeriesSet of(List<Series> series) {
        return of(series, SeriesSchema.of("value").withRowNumbers().withSeries("id"));
    }

    static SeriesSet of(List<Series> series, SeriesSchema schema) {
        ReadingReport report = new ReadingReport(0, List.of(), List.of(), ReadingOptions.AUTOMATIC);
        return new SeriesSet(schema, Frequency.STEPS, Map.of(), series, report);
    }
}
