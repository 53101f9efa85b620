package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.pages.ReportLanguage;
import org.rhn4j.app.pages.ReportTexts;
import tools.jackson.databind.JsonNode;

/** From a table without labels to alarms, as a person goes. */
class AnomalyCommandsTest {
    private static final int ROWS = 600;
    private static final int ANOMALY = 500;
    private static final List<String> TINY =
            List.of("--hidden=8", "--depth=2", "--batch=8", "--window=32", "--threads=1", "--precision=f32");

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static Path table;
    private static Path model;

    @BeforeAll
    static void train() throws IOException {
        table = Files.writeString(shared.resolve("pump.csv"), pump());
        model = shared.resolve("model");
        Invocation training = train(model, "--epochs=6", "--labels=broken", "--rows=450");
        assertThat(training.status()).as(training.err()).isEqualTo(ExitStatus.OK);
    }

    /** A pump's flow and pressure, hour by hour; for four hours the pressure is not what the flow says. */
    private static String pump() {
        Random random = new Random(5);
        StringBuilder text = new StringBuilder("time,flow,pressure,broken\n");
        for (int t = 0; t < ROWS; t++) {
            boolean broken = t >= ANOMALY && t < ANOMALY + 4;
            double wave = Math.sin(t * 2 * Math.PI / 24);
            text.append(String.format(
                    Locale.ROOT,
                    "2024-01-%02d %02d:00:00,%.3f,%.3f,%d%n",
                    1 + t / 24,
                    t % 24,
                    50 + 10 * wave + 0.5 * random.nextGaussian(),
                    2 - wave + 0.05 * random.nextGaussian() + (broken ? 1.5 : 0),
                    broken ? 1 : 0));
        }
        return text.toString();
    }

    private static Invocation train(Path out, Object... options) {
        return Invocation.of("train", "anomaly", "--data", table, "--out", out, TINY, options);
    }

    private static Invocation detect(Object... options) {
        return Invocation.of("detect", model, "--data", table, "--threads=1", "--precision=f32", options);
    }

    @Test
    void train_findsTimeAndColumnsAndTellsThem() throws IOException {
        Path out = folder.resolve("out");
        Invocation run = train(out, "--epochs=1", "--labels=broken", "--false-alarms=1/week", "--json");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        assertThat(run.err()).contains("hourly", "targets: flow, pressure", "480 to train on, 120 to choose");
        assertThat(run.err()).contains("rhn detect " + out);
        JsonNode result = run.json();
        assertThat(result.get("columns")).hasSize(2);
        assertThat(result.get("false_alarms_per_row").doubleValue()).isEqualTo(1 / 168.0);
        assertThat(result.get("epochs").intValue()).isEqualTo(1);
        assertThat(result.get("ended").stringValue()).isEqualTo("epochs");
        JsonNode record = Invocation.json(out.resolve("training.json"));
        assertThat(record.get("data").get(0).get("items").intValue()).isEqualTo(ROWS);

        assertThat(train(out, "--epochs=1").err()).contains("already holds a model", "--force");
        Invocation again = train(out, "--epochs=1", "--labels=broken", "--force");
        assertThat(again.status()).as(again.err()).isEqualTo(ExitStatus.OK);
    }

    @Test
    void detect_intoAFileOfSomethingElse_isRefused_intoEarlierScoresNot() throws IOException {
        Path thesis = Files.writeString(folder.resolve("thesis.tex"), "years of work");
        Invocation refused = detect("--out", thesis);
        assertThat(refused.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(refused.err()).contains(thesis + " holds something else than a detector's scores");
        assertThat(thesis).hasContent("years of work");

        Path scores = Files.createFile(folder.resolve("scores.csv"));
        assertThat(detect("--out", scores).status()).isEqualTo(ExitStatus.OK);
        byte[] first = Files.readAllBytes(scores);
        assertThat(detect("--out", scores).status()).isEqualTo(ExitStatus.OK);
        assertThat(scores).hasBinaryContent(first);
    }

    @Test
    void detect_findsThePumpAndItsCause() throws IOException {
        Path scores = folder.resolve("scores.csv");
        Invocation run = detect("--labels=broken", "--out", scores, "--json");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        JsonNode result = run.json();
        assertThat(result.get("rows").intValue()).isEqualTo(ROWS);
        JsonNode labels = result.get("labels");
        assertThat(labels.get("event_recall").doubleValue()).isEqualTo(1);
        assertThat(labels.get("event_precision").doubleValue()).isEqualTo(1);
        JsonNode alarm = result.get("alarms").get(0);
        assertThat(alarm.get("time").stringValue()).startsWith("2024-01-21 20:00");
        assertThat(alarm.get("line").intValue()).isEqualTo(ANOMALY + 2);
        assertThat(alarm.get("causes").propertyNames().iterator().next()).isEqualTo("pressure");

        List<String> lines = Files.readAllLines(scores);
        assertThat(lines).hasSize(ROWS + 1);
        assertThat(lines.getFirst()).isEqualTo("time,score,alarm,cause,share of flow,share of pressure");
        for (String line : lines.subList(1, lines.size())) {
            assertThat(Double.parseDouble(line.split(",")[1])).isBetween(0.0, 1.0);
        }
    }

    @Test
    void detect_drawsAPictureThatNeedsNothingBesideIt() throws IOException {
        for (ReportLanguage language : ReportLanguage.values()) {
            Path page = folder.resolve(language.tag() + ".html");
            Invocation run = detect("--labels=broken", "--plot", page, "--language", language.tag());
            assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
            String html = Files.readString(page);
            assertThat(html)
                    .contains("<html lang=\"" + language.tag() + "\">", "\"name\": \"pressure\"")
                    .doesNotContain("src=\"http", "{{");
            assertThat(ReportTexts.withoutLibrary(html)).doesNotContain("http://", "https://");
        }
        ReportTexts.assertSameTextsAndPlaces("detect");
    }

    @Test
    void detect_killedInTheMiddle_goesOnFromItsState() throws Exception {
        Path whole = folder.resolve("whole.csv");
        assertThat(detect("--out", whole).status()).isEqualTo(ExitStatus.OK);

        List<String> lines = Files.readAllLines(table);
        Path growing = Files.write(folder.resolve("growing.csv"), lines.subList(0, 400));
        Path scores = folder.resolve("scores.csv");
        Path state = folder.resolve("state");
        Path log = folder.resolve("log");
        List<Object> options =
                List.of("detect", model, "--data", growing, "--out", scores, "--state", state, "--threads=1");
        Process process =
                Invocation.start(log, options.toArray(), "--precision=f32", "--follow", "--save-seconds=0.0001");
        // the last of the rows there are is scored, and most are in the state
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (process.isAlive()
                && System.nanoTime() < end
                && (!Files.exists(scores) || Files.readAllLines(scores).size() < 400)) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        process.destroyForcibly().waitFor();
        assertThat(state).as(Files.readString(log)).exists();
        Files.writeString(scores, "2024-01-17 15:00:0", StandardOpenOption.APPEND);
        Files.write(growing, lines);

        Invocation rest = Invocation.of(options.toArray(), "--precision=f32");
        assertThat(rest.status()).as(rest.err()).isEqualTo(ExitStatus.OK);
        assertThat(rest.err()).contains(" rows were seen before");
        assertThat(rest.out()).contains(" rows had been seen before");
        assertThat(scores).hasSameTextualContentAs(whole);
        Invocation again = Invocation.of(options.toArray(), "--precision=f32");
        assertThat(again.out()).startsWith("0 rows in ").contains("600 rows had been seen before");
        assertThat(scores).hasSameTextualContentAs(whole);
    }

    @Test
    void detect_overAGap_seesWhatIsMissingAsMissing() throws IOException {
        List<String> lines = Files.readAllLines(table);
        List<String> empty = new ArrayList<>(lines);
        for (int line = 300; line < 310; line++) {
            empty.set(line, lines.get(line).replaceAll(",.*", ",,,0"));
        }
        List<String> gap = new ArrayList<>(lines);
        gap.subList(300, 310).clear();
        List<String> ofEmpty = scores(empty);
        ofEmpty.subList(300, 310).clear();
        assertThat(scores(gap)).isEqualTo(ofEmpty);
    }

    private List<String> scores(List<String> lines) throws IOException {
        Path file = Files.write(folder.resolve("table.csv"), lines);
        Path scores = folder.resolve("gap.csv");
        Invocation run =
                Invocation.of("detect", model, "--data", file, "--out", scores, "--threads=1", "--precision=f32");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        return Files.readAllLines(scores);
    }

    @Test
    void detect_withoutTime_goesOnByTheNumberOfTheRow() throws IOException {
        List<String> lines = Files.readAllLines(table).stream()
                .map(line -> line.substring(line.indexOf(',') + 1))
                .toList();
        Path file = Files.write(folder.resolve("bare.csv"), lines.subList(0, 300));
        Path bare = folder.resolve("bare");
        Invocation training =
                Invocation.of("train", "anomaly", "--data", file, "--out", bare, TINY, "--epochs=1", "--labels=broken");
        assertThat(training.status()).as(training.err()).isEqualTo(ExitStatus.OK);
        assertThat(training.err()).contains("No time; rows are equally spaced.");
        Path state = folder.resolve("bare.state");
        assertThat(Invocation.of("detect", bare, "--data", file, "--state", state)
                        .status())
                .isEqualTo(ExitStatus.OK);
        Files.write(file, lines);
        Invocation rest = Invocation.of("detect", bare, "--data", file, "--state", state, "--json");
        assertThat(rest.json().get("rows").intValue()).isEqualTo(ROWS - 299);
        assertThat(rest.json().get("passed_over").intValue()).isEqualTo(299);
    }

    @Test
    void train_stoppedAndResumed_endsAsIfItHadNotBeen() throws Exception {
        Path whole = folder.resolve("whole");
        assertThat(train(whole, "--epochs=40", "--labels=broken").status()).isEqualTo(ExitStatus.OK);
        Path out = folder.resolve("out");
        Process process = Invocation.start(
                folder.resolve("log"),
                "train",
                "anomaly",
                "--data",
                table,
                "--out",
                out,
                TINY,
                "--epochs=40",
                "--labels=broken",
                "--checkpoint-seconds=0.001");
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (process.isAlive() && System.nanoTime() < end && !Files.exists(out.resolve("training.json"))) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        process.destroyForcibly().waitFor();
        assertThat(out.resolve("checkpoint.safetensors")).exists();
        assertThat(Invocation.of("train", "anomaly", "--data", table, "--out", out, "--resume", "--hidden=9")
                        .err())
                .contains("keeps its network and settings");
        Invocation resumed = Invocation.of(
                "train", "anomaly", "--data", table, "--out", out, "--resume", "--threads=1", "--precision=f32");
        assertThat(resumed.status()).as(resumed.err()).isEqualTo(ExitStatus.OK);
        assertThat(out.resolve("model.safetensors")).hasSameBinaryContentAs(whole.resolve("model.safetensors"));
        assertThat(out.resolve("calibration.json")).hasSameTextualContentAs(whole.resolve("calibration.json"));
    }
}
