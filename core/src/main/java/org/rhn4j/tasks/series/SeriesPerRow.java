package org.rhn4j.tasks.series;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rhn4j.UserError;

/**
 * Reads a table that has a series in each row, as those of forecasting competitions have: first its name, then its
 * values from the first step on, one column for each. Empty cells at the end are no part of a series.
 */
public final class SeriesPerRow {
    private static final String COLUMN = "value";

    private SeriesPerRow() {}

    /**
     * Reads a file.
     *
     * @param start of all series, {@link TimeAxis#rows} where they have no time
     * @throws UserError if it cannot be read, a value is no number, two series have one name, or none has a value
     */
    public static SeriesSet read(Path file, TimeAxis start) {
        List<Series> series = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        long rows = 0;
        try (CsvRows table = CsvRows.open(file, ReadingOptions.AUTOMATIC)) {
            int columns = table.columns().size();
            if (columns < 2) {
                throw new UserError("%s has one column; a table of a series in each row has a name and then values."
                        .formatted(file));
            }
            java.util.Set<String> names = new java.util.HashSet<>();
            while (table.next()) {
                String name = table.cell(0).strip();
                if (!names.add(name)) {
                    throw new UserError("%s, line %d: there are two series \"%s\"; give each a name of its own."
                            .formatted(file, table.line(), name));
                }
                double[] values = new double[columns - 1];
                for (int c = 1; c < columns; c++) {
                    values[c - 1] = table.number(c);
                }
                int length = values.length;
                while (length > 0 && Double.isNaN(values[length - 1])) {
                    length--;
                }
                if (length == 0) {
                    warnings.add(
                            "Line %d: series \"%s\" holds no value and is left out.".formatted(table.line(), name));
                    continue;
                }
                rows += length;
                series.add(new Series(
                        name, start, new double[][] {Arrays.copyOf(values, length)}, new double[0][], new double[0][]));
            }
        }
        if (series.isEmpty()) {
            throw new UserError("%s holds no series with a value.".formatted(file));
        }
        SeriesSchema schema = SeriesSchema.of(COLUMN).withSeries("series");
        ReadingReport report = new ReadingReport(
                rows,
                List.of("%d series, one in each row, of up to %d values"
                        .formatted(
                                series.size(),
                                series.stream().mapToInt(Series::length).max().orElse(0))),
                warnings,
                ReadingOptions.AUTOMATIC.withFrequency(start.frequency()));
        return new SeriesSet(
                start.frequency().isTimeless() ? schema.withRowNumbers() : schema,
                start.frequency(),
                Map.of(),
                series,
                report);
    }
}
