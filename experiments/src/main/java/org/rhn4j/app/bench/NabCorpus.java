package org.rhn4j.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.rhn4j.UserError;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesReader;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeAxis;

/** Series of the Numenta Anomaly Benchmark: a folder of CSV files beside {@value #WINDOWS_FILE}. */
public final class NabCorpus {
    private static final String WINDOWS_FILE = "combined_windows.json";
    private static final DateTimeFormatter STAMP = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT);

    private NabCorpus() {}

    /**
     * A series.
     *
     * @param name the file's, without its ending
     * @param set of one series
     * @param windows of its anomalies, in rows
     */
    public record Labelled(String name, Path file, SeriesSet set, List<NabScore.Window> windows) {
        /** Its rows. */
        public Series series() {
            return set.series().getFirst();
        }
    }

    /**
     * Reads all series of a folder, by name.
     *
     * @throws UserError if a file is missing or damaged, or a window begins or ends at no row
     */
    public static List<Labelled> read(Path folder) {
        @SuppressWarnings("unchecked") // A document whose keys are names of files is no record.
        Map<String, List<List<String>>> windows = Json.read(folder.resolve(WINDOWS_FILE), Map.class);
        List<Labelled> corpus = new ArrayList<>();
        for (Path file : files(folder)) {
            String name = String.valueOf(file.getFileName());
            List<List<String>> own = windows.entrySet().stream()
                    .filter(entry -> entry.getKey().endsWith("/" + name))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElseThrow(() -> new UserError("%s has no windows for %s; take both from one version."
                            .formatted(folder.resolve(WINDOWS_FILE), name)));
            SeriesSet set = new SeriesReader(
                            SeriesSchema.of("value"),
                            ReadingOptions.AUTOMATIC
                                    .withIrregular(ReadingOptions.Irregular.AS_ROWS)
                                    .withSortRows(true))
                    .read(file);
            Series series = set.series().getFirst();
            corpus.add(new Labelled(
                    name.replaceFirst("\\.csv$", ""),
                    file,
                    set,
                    own.stream()
                            .map(each -> new NabScore.Window(
                                    row(series, each.getFirst(), file), row(series, each.getLast(), file)))
                            .toList()));
        }
        return corpus;
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".csv"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw FileProblems.cannotRead(folder, e);
        }
    }

    private static int row(Series series, String stamp, Path file) {
        long row = series.time().indexOf(TimeAxis.stamp(LocalDateTime.parse(stamp, STAMP)));
        if (row < 0 || row >= series.length()) {
            throw new UserError("%s has no row at %s, where a window begins or ends.".formatted(file, stamp));
        }
        return (int) row;
    }
}
