package org.rhn4j.app.pilot;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.files.TemporaryFolder;
import org.rhn4j.app.options.TableOptions;
import org.rhn4j.pilot.SampleData;
import org.rhn4j.store.FileProblems;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.SeriesReader;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.SeriesSet;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What a pilot runs on: a table and its columns, or the sample that comes with the program. */
final class PilotDataOptions {
    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "A CSV with a header (default: births per day, which comes with the program).")
    private @Nullable Path file;

    @Option(
            names = "--target",
            split = ",",
            paramLabel = "COLUMN",
            description =
                    "The column to forecast; several are a series each. May be left out where only one is numeric.")
    private List<String> targets = List.of();

    @Option(names = "--horizon", paramLabel = "H", description = "Rows to forecast at once (with the sample: 28).")
    private @Nullable Integer horizon;

    @Option(
            names = "--series",
            paramLabel = "COLUMN",
            description = "The column that tells series apart, where the table holds several.")
    private @Nullable String series;

    @Option(
            names = "--known",
            split = ",",
            paramLabel = "COLUMN",
            description = "Columns that are known in advance, such as prices and holidays.")
    private List<String> known = List.of();

    @Option(
            names = "--past",
            split = ",",
            paramLabel = "COLUMN",
            description = "Columns that are known only up to now, such as the weather.")
    private List<String> past = List.of();

    @ArgGroup(validate = false, heading = "%nReading the table:%n")
    private TableOptions table = new TableOptions();

    /** The table, or null for the sample. */
    @Nullable
    Path file() {
        return file;
    }

    /** What the data is called. */
    String name() {
        return file == null ? SampleData.FILE : FileProblems.nameOf(file);
    }

    /**
     * Rows to forecast at once.
     *
     * @throws UserError if a table is given without them
     */
    int horizon() {
        if (file == null && !(targets.isEmpty() && series == null && known.isEmpty() && past.isEmpty())) {
            throw new UserError(
                    "--target, --series, --known and --past name columns of a table; name the table by --data.");
        }
        if (file != null) {
            FileProblems.requireReadableFile(file);
        }
        if (horizon != null) {
            return horizon;
        }
        if (file != null) {
            throw new UserError(
                    "Tell how many rows of %s are to be forecast at once, as in --horizon 14.".formatted(file));
        }
        return SampleData.HORIZON;
    }

    /**
     * Reads the data: each series with one target.
     *
     * @throws UserError if it cannot be read, or has several numeric columns and none is named
     */
    SeriesSet read() {
        if (file == null) {
            return sample();
        }
        ReadingOptions options = table.reading();
        SeriesSchema asked = table.over(SeriesSchema.of()
                .withTargets(targets)
                .withLayout(targets.size() > 1 ? SeriesSchema.Layout.SERIES : SeriesSchema.Layout.CHANNELS)
                .withSeries(series)
                .withKnown(known)
                .withPast(past));
        SeriesSet set = new SeriesReader(asked, options).orRowNumbers(file).read(file);
        if (targets.isEmpty() && set.schema().targets().size() > 1) {
            throw new UserError("%s has several numeric columns: %s; name the one to forecast by --target."
                    .formatted(file, String.join(", ", set.schema().targets())));
        }
        return set;
    }

    private static SeriesSet sample() {
        try (TemporaryFolder folder = TemporaryFolder.make()) {
            Path copy = SampleData.copyTo(folder.path());
            SeriesSchema schema = SeriesSchema.of(SampleData.TARGET);
            return new SeriesReader(schema, ReadingOptions.AUTOMATIC).read(copy);
        }
    }
}
