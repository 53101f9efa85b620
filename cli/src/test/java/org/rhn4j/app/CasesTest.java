package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.app.console.ExitStatus;
import tools.jackson.databind.JsonNode;

/** Tables and texts as users have them, which once gave a wrong result in silence, a crash, or a sentence that misled. */
class CasesTest {
    private static final Path CASES = Path.of("src", "test", "resources", "cases");
    private static final List<String> TINY = List.of("--hidden=8", "--depth=1", "--seed=1", "--threads=1");

    @TempDir
    private Path folder;

    private Path model() {
        return folder.resolve("m");
    }

    private Invocation train(String task, String file, Object... options) {
        return Invocation.of("train", task, "--data", CASES.resolve(file), "--out", model(), "--force", TINY, options);
    }

    private Invocation trained(String task, String file, Object... options) {
        Invocation training = train(task, file, options);
        assertThat(training.status()).as(training.err()).isEqualTo(ExitStatus.OK);
        return training;
    }

    private static String refused(Invocation invocation) {
        assertThat(invocation.status()).as(invocation.err()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(invocation.err()).doesNotContain("internal error");
        return invocation.err().strip().lines().toList().getLast();
    }

    private Invocation forecast(String file, Object... options) {
        return Invocation.of("forecast", model(), "--data", CASES.resolve(file), "--threads=1", options);
    }

    /** The medians that a forecast as CSV holds, by their times. */
    private static Map<String, Double> medians(Invocation forecast) {
        assertThat(forecast.status()).as(forecast.err()).isEqualTo(ExitStatus.OK);
        List<String> lines = forecast.out().lines().toList();
        int median = List.of(lines.getFirst().split(",")).indexOf("q0.5");
        Map<String, Double> medians = new java.util.LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",");
            assertThat(cells[median]).matches("-?[0-9]+\\.[0-9]+");
            medians.put(cells[1], Double.parseDouble(cells[median]));
        }
        return medians;
    }

    // ---- 01: texts of covariates

    @Test
    void textsOfCovariates_areTheModelsWhateverRowsAFileBeginsWith() throws IOException {
        trained(
                "forecast",
                "01-text-levels/train.csv",
                "--target=sold",
                "--known=promo",
                "--horizon=7",
                "--epochs=6",
                "--network-alone");
        Map<String, Double> full = medians(forecast("01-text-levels/full.csv"));
        Map<String, Double> recent = medians(forecast("01-text-levels/recent.csv"));
        assertThat(recent.keySet()).isEqualTo(full.keySet());
        recent.forEach((time, value) -> assertThat(value).isCloseTo(full.get(time), within(1e-6)));
        Map<String, Double> levels = Map.of("low", 70.0, "mid", 100.0, "high", 130.0);
        for (String line : Files.readAllLines(CASES.resolve("01-text-levels/recent.csv"))) {
            String[] cells = line.split(",", -1);
            if (full.containsKey(cells[0])) {
                assertThat(full.get(cells[0])).as(line).isCloseTo(levels.get(cells[1]), within(14.0));
            }
        }
        assertThat(refused(forecast("01-text-levels/newlevel.csv")))
                .contains("line 405, column 2 (promo): \"extra\" was not there in training")
                .contains("low, mid, high");
        Invocation scored = Invocation.of(
                "eval", model(), "--data", CASES.resolve("01-text-levels/recent-history.csv"), "--rows=40", "--json");
        assertThat(scored.json().at("/methods/1/mase").asDouble()).isLessThan(0.5);
    }

    @Test
    void codesOfWhichSomeAreTexts_areTextsWhereAFileHoldsNumbersAlone() throws IOException {
        trained(
                "forecast",
                "01-text-levels/codes-train.csv",
                "--target=sold",
                "--known=promo",
                "--horizon=7",
                "--epochs=6");
        String file = "01-text-levels/codes-recent-only-numbers.csv";
        Map<String, Double> recent = medians(forecast(file));
        for (String line : Files.readAllLines(CASES.resolve(file))) {
            String[] cells = line.split(",", -1);
            if (recent.containsKey(cells[0])) {
                boolean high = cells[1].equals("20");
                assertThat(recent.get(cells[0])).as(line).isBetween(high ? 110.0 : 50.0, high ? 180.0 : 90.0);
            }
        }
    }

    // ---- 02: numbers that stand for missing values

    @Test
    void aMissingNumber_isMissingHoweverItIsWritten() {
        Invocation training = trained(
                "forecast",
                "02-missing-number/train.csv",
                "--target=temp",
                "--missing=-999",
                "--horizon=12",
                "--epochs=1");
        assertThat(training.err()).contains("season of 24 rows");
        assertThat(medians(forecast("02-missing-number/train.csv")).values())
                .allSatisfy(value -> assertThat(value).isBetween(5.0, 25.0));
    }

    // ---- 03, 04: columns of yes and no

    private byte[] weights() {
        try {
            return Files.readAllBytes(model().resolve("model.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void censored_inWordsOrBlank_isAsInNumbers() throws IOException {
        Object[] options = {"--unit=pump", "--time=cycle", "--censored=censored", "--cap=60", "--epochs=1"};
        trained("failure", "03-text-flag-censored/num.csv", options);
        byte[] expected = weights();
        for (String other : List.of("text-censored-first", "blank")) {
            Invocation training = trained("failure", "03-text-flag-censored/" + other + ".csv", options);
            assertThat(training.err()).contains("16 units, 8 of which failed");
            assertThat(weights()).as(other).isEqualTo(expected);
        }
        Invocation training = trained("failure", "03-text-flag-censored/text-failed-first.csv", options);
        assertThat(training.err()).contains("16 units, 8 of which failed");
        String text = Files.readString(CASES.resolve("03-text-flag-censored/num.csv"))
                .replace(",1\n", ",running\n")
                .replace(",0\n", ",broken\n");
        Path words = Files.writeString(folder.resolve("words.csv"), text);
        assertThat(refused(
                        Invocation.of("train", "failure", "--data", words, "--out", model(), "--force", TINY, options)))
                .contains("line 2, column 5 (censored): \"running\" says neither yes nor no", "(--yes or --no)");
        Invocation told = Invocation.of(
                "train",
                "failure",
                "--data",
                words,
                "--out",
                model(),
                "--force",
                TINY,
                options,
                "--yes=running",
                "--no=broken");
        assertThat(told.status()).as(told.err()).isEqualTo(ExitStatus.OK);
        assertThat(weights()).isEqualTo(expected);
        String score = Invocation.of("predict", model(), "--data", words, "--score", "--censored=censored")
                .out();
        assertThat(score).contains("remaining life (all rows)");
    }

    @Test
    void labels_inWords_areToldOrRefused() {
        trained("anomaly", "04-text-labels/train.csv", "--labels=Normal/Attack", "--epochs=1");
        assertThat(refused(detect("04-text-labels/test-text.csv", "--labels=Normal/Attack")))
                .contains("line 2, column 4 (Normal/Attack): \"Attack\" says neither yes nor no", "(--yes or --no)");
        String numbers = score(detect("04-text-labels/test-num.csv", "--labels=Normal/Attack"));
        assertThat(score(detect(
                        "04-text-labels/test-text.csv", "--labels=Normal/Attack", "--yes=Attack", "--no=Normal")))
                .isEqualTo(numbers);
        assertThat(score(detect("04-text-labels/test-blank.csv", "--labels=Normal/Attack")))
                .isEqualTo(numbers);
    }

    private Invocation detect(String file, Object... options) {
        return Invocation.of("detect", model(), "--data", CASES.resolve(file), "--threads=1", options);
    }

    private static String score(Invocation detection) {
        assertThat(detection.status()).as(detection.err()).isEqualTo(ExitStatus.OK);
        return detection.out().lines().toList().getLast();
    }

    // ---- 05: columns that only count time

    @Test
    void columnsThatOnlyCountTime_areNotWatched() {
        Invocation training =
                trained("anomaly", "05-float-time-channel/train-seconds.csv", "--epochs=6", "--hidden=16");
        assertThat(training.err())
                .contains("targets: acc_x, acc_y.", "Left out, because they only count rows or time: time_s.");
        Invocation spike = detect("05-float-time-channel/nextday-seconds-spike.csv", "--json");
        List<Integer> lines = lines(spike);
        assertThat(lines).contains(152).doesNotContain(2);
        assertThat(spike.json()
                        .at("/alarms")
                        .valueStream()
                        .filter(alarm -> alarm.at("/line").asInt() == 152)
                        .findFirst()
                        .orElseThrow()
                        .at("/causes")
                        .has("acc_x"))
                .isTrue();
        assertThat(lines(detect("05-float-time-channel/nextday-none.csv", "--json")))
                .doesNotContain(2);
    }

    private static List<Integer> lines(Invocation detection) {
        assertThat(detection.status()).as(detection.err()).isEqualTo(ExitStatus.OK);
        return detection
                .json()
                .at("/alarms")
                .valueStream()
                .map(alarm -> alarm.at("/line").asInt())
                .toList();
    }

    @Test
    void nanosecondsSince1970_areTime() {
        Invocation training = trained("anomaly", "05-float-time-channel/train-ns.csv", "--epochs=2");
        assertThat(training.err())
                .contains("nanoseconds since 1970", "every 50 milliseconds", "targets: acc_x, acc_y.");
        for (String file : List.of("new-ns", "nextday-ns")) {
            assertThat(lines(detect("05-float-time-channel/" + file + ".csv", "--json")))
                    .doesNotContain(2);
        }
    }

    // ---- 06: months

    @ParameterizedTest
    @CsvSource({
        "month-end-from-april.csv, 2020-04-30, 2020-05-31",
        "on-the-30th.csv, 2020-04-30, 2020-05-30",
        "quarter-end.csv, 2020-06-30, 2020-09-30"
    })
    void monthEnds_keepTheirSteps(String file, String first, String second) {
        trained("forecast", "06-monthend-monthly/" + file, "--target=sales", "--horizon=6", "--epochs=1");
        assertThat(medians(forecast("06-monthend-monthly/" + file)).keySet()).startsWith(first, second);
        String frequency = file.startsWith("quarter") ? "quarterly" : "monthly";
        trained(
                "forecast",
                "06-monthend-monthly/" + file,
                "--target=sales",
                "--horizon=6",
                "--epochs=1",
                "--frequency=" + frequency);
        assertThat(medians(forecast("06-monthend-monthly/" + file)).keySet()).startsWith(first, second);
    }

    // ---- 07: large values

    @Test
    void largeValues_areWrittenWithAllOfTheirDigits() {
        trained("forecast", "07-large-values/meter.csv", "--horizon=7", "--epochs=4");
        Object[] quantiles = {"--quantiles=.05,.5,.95"};
        JsonNode json =
                forecast("07-large-values/meter.csv", quantiles, "--json").json();
        List<String> lines =
                forecast("07-large-values/meter.csv", quantiles).out().lines().toList();
        for (int h = 0; h < 7; h++) {
            double[] cells = Arrays.stream(lines.get(h + 1).split(","))
                    .skip(2)
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            assertThat(lines.get(h + 1)).doesNotContain("E", "Infinity");
            assertThat(cells[0]).isEqualTo(json.at("/forecasts/0/mean/" + h).asDouble());
            for (int q = 0; q < 3; q++) {
                assertThat(cells[q + 1])
                        .isEqualTo(json.at("/forecasts/0/quantiles/%d/%d".formatted(q, h))
                                .asDouble());
            }
            assertThat(cells[1]).isLessThan(cells[3]);
            assertThat(cells[2]).isBetween(1612352000.0, 1612353000.0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"huge", "toohuge", "tiny", "revenue"})
    void valuesOfAnySize_areForecastAsNumbers(String file) {
        trained("forecast", "07-large-values/" + file + ".csv", "--horizon=7", "--epochs=1");
        double[] values = medians(forecast("07-large-values/" + file + ".csv")).values().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
        double size = Map.of("huge", 5e150, "toohuge", 5e200, "tiny", 5e-14, "revenue", 1e8)
                .get(file);
        assertThat(values).hasSize(7);
        for (double value : values) {
            assertThat(value / size).isBetween(0.5, 2.0);
        }
    }

    @Test
    void aForecastBeyondFloats_isNoInfinity() {
        Path old = CASES.resolve("21-num-csv-float/model");
        Invocation forecast = Invocation.of("forecast", old, "--data", CASES.resolve("21-num-csv-float/big.csv"));
        assertThat(forecast.status()).as(forecast.err()).isEqualTo(ExitStatus.OK);
        assertThat(forecast.out()).doesNotContain("Infinity", "NaN", "E");
    }

    // ---- 08: words that may mean missing

    @ParameterizedTest
    @ValueSource(strings = {"none-word", "NA-word", "blank", "no-event-word"})
    void aDayWithoutEvent_isKnownHoweverItIsSaid(String file) {
        Invocation training = trained(
                "forecast",
                "08-holiday-none/" + file + ".csv",
                "--target=sold",
                "--known=event",
                "--horizon=7",
                "--epochs=3");
        if (file.equals("blank")) {
            assertThat(training.err()).contains("Empty cells of event are a value of their own");
        }
        assertThat(medians(forecast("08-holiday-none/" + file + ".csv")).values())
                .hasSize(7)
                .allSatisfy(value -> assertThat(value).isCloseTo(50, within(6.0)));
    }

    // ---- 10: the clock

    @ParameterizedTest
    @ValueSource(strings = {"fall-hourly", "fall-halfhour", "fall-hourly-newest-first"})
    void theHourThatTheClockShowsTwice_needsItsZone(String file) throws IOException {
        String path = "10-dst/" + file + ".csv";
        Object[] options = {"--target=load", "--horizon=12", "--epochs=1", "--context=24"};
        assertThat(refused(train("forecast", path, options))).contains("(--zone Europe/Berlin or ");
        Invocation training = trained("forecast", path, options, "--zone=Europe/Berlin");
        long rows = Files.readAllLines(CASES.resolve(path)).size() - 1;
        assertThat(training.err())
                .contains("One series of %d rows".formatted(rows))
                .doesNotContain("missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross", "daily-offset", "offsets", "spring-hourly"})
    void otherTablesOverAClockChange_areRead(String file) {
        trained("forecast", "10-dst/" + file + ".csv", "--target=load", "--horizon=12", "--epochs=1", "--context=24");
    }

    // ---- 12: texts

    @ParameterizedTest
    @ValueSource(strings = {"word", "character"})
    void texts_theSameModelWhateverEndsALine(String unit) {
        List<byte[]> models = new ArrayList<>();
        for (String end : List.of("lf", "crlf", "cr", "bom")) {
            trained("text", "12-text/" + end + ".txt", "--unit=" + unit, "--epochs=1", "--batch=4", "--window=16");
            models.add(weights());
        }
        assertThat(models).allSatisfy(each -> assertThat(each).isEqualTo(models.getFirst()));
        for (String other : List.of("utf16", "latin1")) {
            assertThat(refused(train("text", "12-text/" + other + ".txt", "--unit=" + unit, "--epochs=1")))
                    .contains("UTF-8");
        }
    }

    // ---- 14: spreadsheets

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "thousands-de-int | line 2, column 2 (Umsatz): \"2.024\" may be 2024 or a fraction | --thousands .",
                "thousands-de-mixed | line 3, column 2 (Menge): \"1.299\" may be 1299 or a fraction | --thousands .",
                "thousands-us-int | line 2, column 2 (sales): \"2,024\" may be 2024 or a fraction | --thousands ,",
                "currency | for \"$2024.39\" in column 2 (sales) is none | --delimiter",
                "div0 | line 52, column 2 (sales): \"#DIV/0!\" is not a number |",
                "title-row | line 3, column 2: the row has 2 cells where the header has 1 |",
                "total-row | line 202, column 1 (date): \"Total\" |",
                "units-row | line 2, column 1 (date): \"yyyy-mm-dd\" |",
            })
    void spreadsheets_thatAreUnclear_areRefusedWithTheirPlace(String file, String said, String option) {
        assertThat(refused(train("forecast", "14-excel/" + file + ".csv", "--horizon=7", "--epochs=1")))
                .contains(said)
                .contains(option == null ? "" : option);
    }

    @ParameterizedTest
    @CsvSource({
        "plain,",
        "cr-only,",
        "dayfirst,",
        "de,",
        "sep,",
        "utf16-tab,",
        "thousands-de,",
        "thousands-de-int,--thousands=.",
        "thousands-us-int,'--thousands=,'"
    })
    void spreadsheets_areRead(String file, String option) {
        Object[] options = option == null ? new Object[0] : new Object[] {option};
        trained("forecast", "14-excel/" + file + ".csv", "--horizon=7", "--epochs=1", options);
        assertThat(medians(forecast("14-excel/" + file + ".csv")).values())
                .allSatisfy(value -> assertThat(value).isBetween(1000.0, 3500.0));
    }

    @Test
    void thousandsThatAreTold_areRead() {
        trained("forecast", "14-excel/thousands-de-mixed.csv", "--horizon=7", "--epochs=1", "--thousands=.");
        assertThat(medians(forecast("14-excel/thousands-de-mixed.csv")).values())
                .allSatisfy(value -> assertThat(value).isBetween(300.0, 3000.0));
    }

    // ---- 16, 18: windows without a past

    @Test
    void windowsWithoutAPast_areLeftOut() {
        for (String file : List.of("busday", "session")) {
            Invocation training = trained("forecast", "16-intraday/" + file + ".csv", "--horizon=7", "--epochs=1");
            assertThat(training.out()).contains("of rows held back");
        }
        Invocation training = trained("forecast", "18-outage/sensor.csv", "--horizon=12", "--context=48", "--epochs=1");
        assertThat(training.err())
                .contains("windows of rows held back have no value in the 48 rows before and are left out");
        Invocation scored =
                Invocation.of("eval", model(), "--data", CASES.resolve("18-outage/sensor.csv"), "--threads=1");
        assertThat(scored.status()).as(scored.err()).isEqualTo(ExitStatus.OK);
    }

    // ---- 20: dates

    @ParameterizedTest
    @CsvSource({
        "dayfirst, daily",
        "monthfirst, daily",
        "epoch-ms, daily",
        "ns-text, daily",
        "mixed-zone, daily",
        "isoweek, weekly",
        "isoweek-day, weekly"
    })
    void dates_areRead(String file, String frequency) {
        Invocation training =
                trained("forecast", "20-dates/" + file + ".csv", "--target=y", "--horizon=4", "--epochs=1");
        assertThat(training.err()).contains("Time: date (", "), " + frequency + ", from 20");
    }

    @Test
    void dates_thatMayBeTwo_areRefused() {
        assertThat(refused(
                        train("forecast", "20-dates/ambiguous-monthly.csv", "--target=y", "--horizon=4", "--epochs=1")))
                .contains("line 2, column 1 (date)", "--time-format day-first or --time-format month-first");
    }

    // ---- 21: damaged files

    @Test
    void damagedFiles_areToldInASentence() throws IOException {
        assertThat(refused(explain("21-explain-health")))
                .contains("health.jsonl, line ", "its layers are not those of line 1");
        assertThat(refused(explain("21-explain-inf"))).contains("its training broke down, so take an earlier model");
        copy("21-state-negative-rows");
        assertThat(refused(Invocation.of(
                        "detect",
                        folder.resolve("21-state-negative-rows/model"),
                        "--data",
                        folder.resolve("21-state-negative-rows/more.csv"),
                        "--state",
                        folder.resolve("21-state-negative-rows/state"))))
                .contains("state: this state is damaged: rows is -7, but must be 0 or more");
    }

    private Invocation explain(String name) {
        return Invocation.of(
                "explain",
                CASES.resolve(name).resolve("model"),
                "--data",
                CASES.resolve(name).resolve("data.csv"),
                "--out",
                folder.resolve(name + ".html"));
    }

    private void copy(String name) throws IOException {
        try (Stream<Path> files = Files.walk(CASES.resolve(name))) {
            for (Path file : files.toList()) {
                Path to = folder.resolve(CASES.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
    }

    @Test
    void aStateAfterHugeValues_isTakenAgain() throws IOException {
        copy("21-state-infinite");
        Path of = folder.resolve("21-state-infinite");
        for (String file : List.of("asat.csv", "aclean.csv")) {
            Invocation detection = Invocation.of(
                    "detect", of.resolve("model"), "--data", of.resolve(file), "--state", of.resolve("new"));
            assertThat(detection.status()).as(detection.err()).isEqualTo(ExitStatus.OK);
        }
    }

    // ---- Words

    @Test
    void sentences_sayWhatIsWrong() throws IOException {
        assertThat(refused(train("forecast", "no-file.csv"))).contains("no-file.csv does not exist");
        assertThat(refused(train("failure", "no-file.csv"))).contains("no-file.csv does not exist");
        assertThat(refused(train("anomaly", "no-file.csv"))).contains("no-file.csv does not exist");
        assertThat(refused(Invocation.of("pilot", "--data", "no-file.csv", "--out", folder.resolve("p.html"))))
                .contains("no-file.csv does not exist");
        Path two = Files.writeString(folder.resolve("two.csv"), "date,y\n2024-01-01,1\n2024-01-02,2\n");
        assertThat(refused(Invocation.of("pilot", "--data", two, "--horizon=1", "--out", folder.resolve("p.html"))))
                .contains("needs a series of at least 15 rows", "the longest here has 2: give a longer one.")
                .doesNotContain("--horizon");
        assertThat(refused(train("forecast", "14-excel/plain.csv", "--horizon=7", "--learning-rate=1e6")))
                .contains("learning-rate must be above 0 and below 1000000");
        assertThat(refused(train("forecast", "14-excel/plain.csv", "--horizon=7", "--window=16")))
                .contains("--window has no effect on forecasts");
        assertThat(refused(
                        train("forecast", "14-excel/plain.csv", "--horizon=7", "--cell=dt-rnn", "--transform-bias=-1")))
                .contains("--transform-bias has no effect");
        trained("forecast", "14-excel/plain.csv", "--horizon=7", "--epochs=1");
        Path other = Files.writeString(folder.resolve("other.csv"), "datesales\n2024-01-01\n");
        assertThat(refused(Invocation.of("forecast", model(), "--data", other)))
                .contains("there is no column \"date\"")
                .doesNotContain("--delimiter");
    }
}
