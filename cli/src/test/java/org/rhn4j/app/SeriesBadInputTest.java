package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.app.console.ExitStatus;

/** Whatever is wrong with a table of measured values, one sentence says it with line and column; the exit status is 2. */
class SeriesBadInputTest {
    private static final int ROWS = 150;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final List<String> TINY = List.of(
            "--hidden=4", "--depth=1", "--epochs=1", "--batch=2", "--window=8", "--threads=1", "--precision=f32");

    /** So rare that a stream is refused before it tells an alarm, whatever the weights of the processor at hand. */
    private static final String NO_ALARMS = "--false-alarms=1/1000000000 rows";

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static Path model;

    @BeforeAll
    static void trainOneModel() throws IOException {
        model = shared.resolve("model");
        Path good = Files.write(shared.resolve("good.csv"), good());
        Invocation training = Invocation.of("train", "anomaly", "--data", good, "--out", model, TINY);
        assertThat(training.status()).as(training.err()).isEqualTo(ExitStatus.OK);
    }

    private static List<String> good() {
        List<String> lines = new ArrayList<>(List.of("time,flow,pressure"));
        for (int t = 0; t < ROWS; t++) {
            lines.add(row(LocalDateTime.of(2024, 3, 1, 0, 0).plusHours(t).format(STAMP), t));
        }
        return lines;
    }

    private static String row(String stamp, int t) {
        return String.format(
                Locale.ROOT, "%s,%.3f,%.3f", stamp, 10 + Math.sin(t / 4.0), 5 + Math.cos(t / 4.0) + t % 7 * 0.01);
    }

    /** The good table with another line of that number. */
    private static List<String> with(int line, String text) {
        List<String> lines = good();
        lines.set(line - 1, text);
        return lines;
    }

    private Path file(List<String> lines) throws IOException {
        return Files.write(folder.resolve("table.csv"), lines);
    }

    private Invocation training(List<String> lines, Object... options) throws IOException {
        return training(file(lines), options);
    }

    private Invocation training(Path file, Object... options) {
        return Invocation.of("train", "anomaly", "--data", file, "--out", folder.resolve("out"), TINY, options);
    }

    private Invocation detecting(List<String> lines, Object... options) throws IOException {
        return Invocation.of("detect", model, "--data", file(lines), "--threads=1", "--precision=f32", options);
    }

    private void trains(Invocation invocation, String... said) throws IOException {
        assertThat(invocation.status()).as(invocation.err()).isEqualTo(ExitStatus.OK);
        assertThat(invocation.err()).contains(said);
    }

    private void refuses(Invocation invocation, String... said) {
        assertThat(invocation.status()).as(invocation.err()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(invocation.err().strip().lines().toList().getLast()).contains(said);
        assertThat(invocation.err()).doesNotContain("\tat ", "internal error");
        assertThat(invocation.out()).isEmpty();
        assertThat(folder.resolve("out")).doesNotExist();
    }

    // ---- The form of the table
    // ---------------------------------------------------------------------------------------

    @Test
    void aTableThatIsMissingEmptyOrNoText() throws IOException {
        refuses(training(folder.resolve("tabel.csv")), "tabel.csv does not exist");
        refuses(training(List.of()), "table.csv holds no row");
        refuses(training(List.of("time,flow")), "has a header and no rows");
        refuses(training(good().subList(0, 2)), "has one row");
        refuses(training(good().subList(0, 50)), "table.csv: 49 rows are too few", "at least 125");
        refuses(
                training(Files.write(folder.resolve("binary"), new byte[] {'a', 0, 'b'})),
                "line 1, column 2",
                "zero byte");
    }

    @Test
    void aTableWithoutHeaderOrWithOneNameTwice() throws IOException {
        refuses(training(good().subList(1, ROWS)), "line 1, column 1: there is no header", "--no-header");
        refuses(training(with(1, "time,flow,flow")), "line 1, column 3", "\"flow\" is also that of column 2");
    }

    @Test
    void anotherDelimiterOrDecimalMark() throws IOException {
        List<String> tilde = good().stream().map(line -> line.replace(',', '~')).toList();
        refuses(training(tilde), "line 1: no column holds numbers", "--delimiter");
        List<String> commas = good().stream()
                .map(line -> line.replaceAll("(\\d)\\.(\\d)", "$1,$2"))
                .toList();
        refuses(training(commas), "line 2, column 4: the row has 5 cells where the header has 3", "decimal commas");
        refuses(training(with(100, "2024-03-05 02:00:00,\"10,5\",5.2")), "line 100, column 2 (flow)", "decimal mark");
        refuses(training(good(), "--delimiter=;;"), "--delimiter", "not one character");
    }

    @Test
    void aGermanTable_isRead() throws IOException {
        List<String> german = new ArrayList<>(good().stream()
                .map(line -> line.replace(',', ';').replace('.', ','))
                .toList());
        refuses(
                training(german),
                "line 2, column 2 (flow): \"10,000\" may be 10000 or a fraction of three digits",
                "--thousands , or --decimal-comma");
        trains(training(german, "--decimal-comma"), "cells separated by semicolon, decimal comma");
        german.set(3, german.get(3) + "5");
        trains(training(german, "--force"), "cells separated by semicolon, decimal comma");
    }

    @Test
    void encodings() throws IOException {
        List<String> lines = with(1, "time,flow,Außendruck");
        Charset windows = Charset.forName("windows-1252");
        byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        byte[] end = "\n2024-04-01 00:00:00,1.5,ä".getBytes(windows);
        byte[] mixed = Arrays.copyOf(text, text.length + end.length);
        System.arraycopy(end, 0, mixed, text.length, end.length);
        refuses(training(Files.write(folder.resolve("mixed.csv"), mixed)), "line 152, column 25", "one encoding");
        trains(training(Files.write(folder.resolve("old.csv"), lines, windows)), "windows-1252", "Außendruck");
    }

    @Test
    void rowsOfAnotherLength() throws IOException {
        refuses(training(with(100, "2024-03-05 02:00:00,1.0")), "line 100, column 3: the row has 2 cells");
        refuses(training(with(100, "\"2024-03-05 02:00:00,1.0,2.0")), "line 100, column 2", "a quote opens there");
    }

    // ---- Columns and values
    // ------------------------------------------------------------------------------------------

    @Test
    void columnsThatAreNotThere() throws IOException {
        refuses(training(good(), "--columns=flwo"), "line 1: there is no column \"flwo\"; did you mean \"flow\"?");
        refuses(training(good(), "--time=tiem"), "did you mean \"time\"?");
        refuses(training(good(), "--labels=broken"), "there is no column \"broken\"; it has time, flow, pressure");
        refuses(training(good(), "--columns=flow", "--labels=flow"), "a target and something else as well");
        refuses(training(good(), "--time=time", "--no-time"), "give one of both");
        refuses(detecting(with(1, "time,flow,presure")), "no column \"pressure\"; did you mean \"presure\"?");
    }

    @Test
    void valuesThatAreNoneOrAllTheSame() throws IOException {
        refuses(
                training(with(100, "2024-03-05 02:00:00,broken,5")),
                "line 100, column 2 (flow): \"broken\" is not a number");
        refuses(training(with(100, "2024-03-05 02:00:00,inf,5")), "line 100, column 2 (flow): \"inf\" is infinite");
        refuses(training(with(100, "2024-03-05 02:00:00,1e999,5")), "line 100, column 2 (flow): \"1e999\" is infinite");
        List<String> constant = good().stream()
                .map(line -> line.replaceAll(",[\\d.]+,[\\d.]+$", ",5,7"))
                .toList();
        refuses(training(constant), "the column \"flow\" has the one value 5 in all rows");
        List<String> missing = good().stream()
                .map(line -> line.replaceAll(",[\\d.]+,[\\d.]+$", ",,NA"))
                .toList();
        refuses(training(missing), "line 2, column 2 (flow): all values are missing");
        refuses(training(missing, "--columns=pressure"), "all values of \"pressure\" are missing");
        refuses(detecting(with(100, "2024-03-05 02:00:00,broken,5")), "line 100, column 2 (flow): \"broken\"");
        refuses(detecting(with(100, "2024-03-05 02:00:00,inf,5")), "line 100, column 2 (flow)", "infinite");
    }

    @Test
    void oneColumnOfOneValue_isTold() throws IOException {
        List<String> level =
                good().stream().map(line -> line.replaceAll(",[\\d.]+$", ",7")).toList();
        trains(training(level), "note: the column \"pressure\" has the one value 7", "any change of it is an alarm");
    }

    @Test
    void aColumnOfTextOrOfNothing_isLeftOutAndTold() throws IOException {
        List<String> more = new ArrayList<>();
        for (String line : good()) {
            more.add(line + (more.isEmpty() ? ",site,spare" : ",north,"));
        }
        trains(training(more), "targets: flow, pressure.", "hold text: site.", "hold nothing: spare.");
    }

    // ---- Time
    // --------------------------------------------------------------------------------------------------------

    @Test
    void stampsThatAreNoneOrOutOfOrder() throws IOException {
        refuses(
                training(with(100, "2024-03-05 25:00:00,10,5")),
                "line 100, column 1 (time): \"2024-03-05 25:00:00\"",
                "is not written as the stamps before it");
        List<String> swapped = good();
        swapped.add(99, swapped.remove(100));
        refuses(training(swapped), "line 101, column 1 (time): time goes back", "--sort");
        refuses(detecting(swapped, NO_ALARMS), "table.csv, line 101", "time stands still or goes back");
        List<String> twice = good();
        twice.add(100, "2024-03-05 02:00:00,1.0,2.0");
        refuses(training(twice), "line 101, column 1 (time)", "stands in line 100 already");
        refuses(detecting(twice, NO_ALARMS), "table.csv, line 101", "time stands still or goes back");
        refuses(training(good(), "--time-format=day-frist"), "did you mean day-first?");
        refuses(training(good(), "--zone=Europe/Berlni"), "Europe/Berlin");
        refuses(training(good(), "--frequency=fortnightly"), "--frequency: \"fortnightly\" is no step");
    }

    @Test
    void rowsOutOfOrderOrGivenTwice_areReadWhereThatIsSafe() throws IOException {
        List<String> swapped = good();
        swapped.add(99, swapped.remove(100));
        trains(training(swapped, "--sort"), "Line 101: rows are out of order; they were sorted");
        List<String> twice = good();
        twice.add(100, twice.get(99));
        trains(training(twice, "--force"), "Line 101: 1 row is given twice");
    }

    @Test
    void theHourThatTheClockRepeats_needsItsZone() throws IOException {
        List<String> lines = new ArrayList<>(List.of("time,flow,pressure"));
        for (int t = 0; t < ROWS; t++) {
            LocalDateTime utc = LocalDateTime.of(2024, 10, 25, 0, 0).plusHours(t);
            lines.add(row(
                    utc.atZone(ZoneOffset.UTC)
                            .withZoneSameInstant(ZoneId.of("Europe/Berlin"))
                            .format(STAMP),
                    t));
        }
        refuses(training(lines), "column 1 (time): 2024-10-27 02:00:00 stands in line", "--zone Europe/Berlin");
        trains(training(lines, "--zone=Europe/Berlin"), "hourly, from 2024-10-25 02:00:00+02:00");
    }

    @Test
    void stampsWithoutAStep() throws IOException {
        List<String> lines = new ArrayList<>(List.of("time,flow,pressure"));
        for (int t = 0; t < ROWS; t++) {
            lines.add(row(
                    LocalDateTime.of(2024, 3, 1, 0, 0)
                            .plusSeconds(3600L * t + t * t % 1500)
                            .format(STAMP),
                    t));
        }
        refuses(training(lines), "line 3, column 1 (time)", "--irregular as-rows");
        trains(training(lines, "--irregular=as-rows"), "rows were taken as equally spaced");
    }
}
