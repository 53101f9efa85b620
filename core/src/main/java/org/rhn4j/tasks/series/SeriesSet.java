package org.rhn4j.tasks.series;

import java.util.List;
import java.util.Map;

/**
 * Series of one kind: the same columns, the same frequency, each with its own start and length.
 *
 * @param schema the columns in their order in each {@link Series}, nothing left to be found
 * @param frequency the step of all series
 * @param levels for each covariate that is text, its values; a cell holds the index of its value here
 * @param series in the order of their first rows in the file, at least one
 * @param report what was found and repaired
 */
public record SeriesSet(
        SeriesSchema schema,
        Frequency frequency,
        Map<String, List<String>> levels,
        List<Series> series,
        ReadingReport report) {
    public SeriesSet {
        levels = Map.copyOf(levels);
        series = List.copyOf(series);
    }

    /** The names of the channels of each series; one name, {@code value}, where each target column is a series. */
    public List<String> channels() {
        return schema.layout() == SeriesSchema.Layout.SERIES ? List.of("value") : schema.targets();
    }

    /** The set with other series of the same kind. */
    public SeriesSet with(List<Series> other) {
        return new SeriesSet(schema, frequency, levels, other, report);
    }
}
