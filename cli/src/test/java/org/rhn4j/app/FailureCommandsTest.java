package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.app.console.ExitStatus;
import tools.jackson.databind.JsonNode;

/** From histories that ended in failures to what running units have left, as a person goes. */
class FailureCommandsTest {
    private static final List<String> TINY = List.of(
            "--hidden=8",
            "--depth=2",
            "--batch=8",
            "--window=32",
            "--learning-rate=0.01",
            "--threads=1",
            "--precision=f32");

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static Path histories;
    private static Path model;
    private static String trained;

    @BeforeAll
    static void train() throws IOException {
        histories = Files.writeString(shared.resolve("machines.csv"), machines(20, 0));
        model = shared.resolve("model");
        Invocation training = train(histories, model, "--cap=30", "--within=10", "--epochs=12");
        assertThat(training.status()).as(training.err()).isEqualTo(ExitStatus.OK);
        trained = training.err() + training.out();
    }

    /** Machines whose temperature rises as they wear out; the last {@code cut} hours of each are left out. */
    private static String machines(int count, int cut) {
        Random random = new Random(5);
        StringBuilder text = new StringBuilder("machine,hour,temperature,flat,alive\n");
        for (int i = 0; i < count; i++) {
            int life = 25 + random.nextInt(36);
            for (int t = 0; t < life - cut; t++) {
                double wear = Math.pow(t / (double) life, 2);
                double temperature = 20 + 8 * wear + 0.5 * random.nextGaussian();
                text.append("m%d,%d,%s,7,%d%n"
                        .formatted(i, t + 1, String.format(Locale.ROOT, "%.3f", temperature), i % 4 == 0 ? 1 : 0));
            }
        }
        return text.toString();
    }

    private static Invocation train(Path data, Path out, Object... options) {
        return Invocation.of(
                "train", "failure", "--data", data, "--out", out, TINY, "--unit=machine", "--time=hour", options);
    }

    @Test
    void train_histories_tellsWhatItLearnsFromAndHowWellItForesees() {
        assertThat(trained)
                .contains(
                        "left out, for they never change: flat",
                        "20 units, 20 of which failed; 16 to train on, 4 for validation",
                        "up to 30 steps (hour); the probability of a failure within 10 steps (hour)",
                        "remaining life (units held back, all rows): RMSE",
                        "rhn predict");
    }

    @Test
    void train_cellsThatAreMarkedAsMissingAndStampsOfAZone_readLikeAnyTable() throws IOException {
        StringBuilder text = new StringBuilder("machine,hour,temperature\n");
        for (int i = 0; i < 20; i++) {
            for (int t = 0; t < 12; t++) {
                text.append("m%d,2024-03-31 %02d:00,%s%n".formatted(i, t + 4, t == 5 ? "broken" : 20 + t));
            }
        }
        Path file = Files.writeString(folder.resolve("marked.csv"), text);
        Object[] reading = {"--zone=Europe/Berlin", "--missing=broken"};
        Invocation refused = train(file, folder.resolve("refused"), "--epochs=1", reading);
        assertThat(refused.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(refused.err()).contains("line 7", "temperature is missing", "--fill");
        Path out = folder.resolve("filled");
        Invocation filled = train(file, out, "--epochs=1", "--fill", reading);
        assertThat(filled.status()).as(filled.err()).isEqualTo(ExitStatus.OK);
        assertThat(Invocation.of("info", out, "--json")
                        .json()
                        .get("configuration")
                        .get("reading")
                        .toString())
                .contains("Europe/Berlin", "broken");
    }

    /** Neither a terminal nor a spreadsheet obeys what a unit is called. */
    @Test
    void predict_unitsNamedToBeObeyed_areShownAndQuoted() throws IOException {
        String names = "\u001b[2J\u001b[31mgone";
        Path running = Files.writeString(
                folder.resolve("running.csv"),
                machines(4, 8)
                        .replace("m0,", names + ",")
                        .replace("m1,", "=1+1,")
                        .replace("m2,", "\"@SUM(A1,2)\",")
                        .replace("m3,", "-3,"));
        Invocation told = Invocation.of("predict", model, "--data", running, "--threads=1");
        assertThat(told.status()).as(told.err()).isEqualTo(ExitStatus.OK);
        assertThat(told.out()).contains("\\u001b[2J\\u001b[31mgone").doesNotContain("\u001b");
        assertThat(told.err()).doesNotContain("\u001b");

        Path out = folder.resolve("lives.csv");
        assertThat(Invocation.of("predict", model, "--data", running, "--threads=1", "--out", out)
                        .status())
                .isEqualTo(ExitStatus.OK);
        assertThat(Files.readAllLines(out).subList(2, 5))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("'=1+1,"),
                        line -> assertThat(line).startsWith("\"'@SUM(A1,2)\","),
                        line -> assertThat(line).startsWith("-3,"));
    }

    @Test
    void predict_runningMachines_aLineForEachWithItsInterval() throws IOException {
        Path running = Files.writeString(folder.resolve("running.csv"), machines(5, 8));
        Invocation told = Invocation.of("predict", model, "--data", running, "--threads=1");
        assertThat(told.status()).as(told.err()).isEqualTo(ExitStatus.OK);
        assertThat(told.out()).contains("m0", "m4", "at most 30", "90 % of lives lie between", "failure within 10");
        JsonNode result = Invocation.of("predict", model, "--data", running, "--threads=1", "--json")
                .json();
        assertThat(result.get("predictions").size()).isEqualTo(5);
        for (JsonNode each : result.get("predictions")) {
            double life = each.get("life").doubleValue();
            assertThat(life)
                    .isBetween(
                            each.get("lower").doubleValue(), each.get("upper").doubleValue());
            assertThat(each.get("probability").doubleValue()).isBetween(0.0, 1.0);
        }
    }

    @Test
    void info_tellsWhatIsPredictedAndHowItWasTrained() {
        Invocation info = Invocation.of("info", model);
        assertThat(info.status()).as(info.err()).isEqualTo(ExitStatus.OK);
        assertThat(info.out())
                .contains(
                        "task        failure",
                        "predicts    remaining life of each machine, up to 30 steps (hour), with intervals for 90 % of"
                                + " lives",
                        "foresees    failures within 10 steps (hour)",
                        "features    temperature",
                        "calibration.json",
                        "rows, SHA-256",
                        "rows/s",
                        "train loss");
        JsonNode json = Invocation.of("info", model, "--json").json();
        assertThat(json.get("task").stringValue()).isEqualTo("failure");
        assertThat(json.get("configuration").get("cap").intValue()).isEqualTo(30);
        assertThat(json.get("training").get("best_epoch").intValue()).isPositive();
    }

    @Test
    void explain_showsWhatLivesGatesOpenAt() throws IOException {
        Path page = folder.resolve("page.html");
        Invocation explained =
                Invocation.of("explain", model, "--data", histories, "--threads", 1, "--out", page, "--json");
        assertThat(explained.status()).as(explained.err()).isEqualTo(ExitStatus.OK);
        JsonNode json = explained.json();
        assertThat(json.get("stretch").get("channels").get(0).get("name").stringValue())
                .isEqualTo("RUL");
        JsonNode layer = json.get("layers").get(0);
        assertThat(layer.get("lesions").size()).isGreaterThanOrEqualTo(2);
        assertThat(layer.get("gates").get("units").get(0).get("profiles").toString())
                .contains("RUL", "temperature");
        assertThat(page).content().contains("RUL");

        Invocation wrong = Invocation.of("explain", model, "--data", folder.resolve("none.csv"));
        assertThat(wrong.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(wrong.err()).contains("none.csv");
        Path started = folder.resolve("started.csv");
        Files.writeString(started, "machine,hour,temperature,alive\nm0,1,20,0\nm0,2,21,0\n");
        Invocation brief = Invocation.of("explain", model, "--data", started);
        assertThat(brief.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(brief.err()).contains("2 rows or fewer");
    }

    @Test
    void predict_allRows_aFileThatAgreesWithTheScore() throws IOException {
        Path out = folder.resolve("lives.csv");
        Invocation scored = Invocation.of(
                "predict", model, "--data", histories, "--out", out, "--all-rows", "--score", "--threads=1", "--json");
        assertThat(scored.status()).as(scored.err()).isEqualTo(ExitStatus.OK);
        List<String> lines = Files.readAllLines(out);
        assertThat(lines.getFirst()).isEqualTo("machine,hour,life,lower,upper,probability");
        assertThat(lines.size() - 1)
                .isEqualTo(scored.json().get("score").get("life").get("count").intValue());
        // A constant is wrong by 10.
        assertThat(scored.json()
                        .get("score")
                        .get("life")
                        .get("root_mean_square")
                        .doubleValue())
                .isLessThan(7);
        assertThat(scored.json()
                        .get("score")
                        .get("soon")
                        .get("area_under_curve")
                        .doubleValue())
                .isGreaterThan(0.9);
    }

    @Test
    void train_someStillRunning_probabilityAlone() throws IOException {
        Path out = folder.resolve("model");
        Invocation training =
                train(histories, out, "--no-life", "--within=10", "--censored=alive", "--epochs=1", "--json");
        assertThat(training.status()).as(training.err()).isEqualTo(ExitStatus.OK);
        assertThat(training.err()).contains("20 units, 15 of which failed");
        assertThat(training.json().get("validation").has("life")).isFalse();
        Invocation predicted = Invocation.of("predict", out, "--data", histories, "--threads=1", "--json");
        assertThat(predicted.json().get("predictions").get(0).has("life")).isFalse();
        assertThat(predicted.json().get("within").doubleValue()).isEqualTo(10);
    }

    @Test
    void train_resumedAfterItsEnd_refused() {
        Invocation again = Invocation.of("train", "failure", "--data", histories, "--out", model, "--resume");
        refuses(again, "no checkpoint", "the run has ended");
        refuses(train(histories, model), "already holds a model", "--force");
        refuses(
                Invocation.of("train", "failure", "--data", histories, "--out", model, "--resume", "--cap=20"),
                "--cap cannot be given with --resume");
    }

    @Test
    void train_mistakes_oneSentenceEach() throws IOException {
        Path out = folder.resolve("out");
        refuses(
                Invocation.of("train", "failure", "--data", histories, "--out", out, "--unit=machin"),
                "there is no column \"machin\"; did you mean \"machine\"?");
        refuses(Invocation.of("train", "failure", "--data", histories, "--out", out), "--unit");
        refuses(train(histories, out, "--cap=0.5"), "--cap must be at least 1, not 0.5");
        refuses(train(histories, out, "--within=0"), "--within must be at least 1");
        refuses(train(histories, out, "--no-life"), "nothing to predict");
        refuses(train(histories, out, "--features=flat"), "All features are constant (flat)");
        refuses(train(histories, out, "--validation=0.99"), "There are 20 units, and 20 to hold back");
        refuses(
                train(file("machine,hour,x\na,1,1\na,2,2\nb,1,3\nc,1,4\nc,2,5\n"), out),
                "The unit \"b\" has a single row");
        refuses(
                train(file("machine,hour,x\na,1,1\na,3,2\na,2,3\nb,1,1\nb,2,2\n"), out),
                "line 4: the time of machine \"a\"");
        refuses(
                train(file("machine,hour,x,y\na,1,1,1\na,2,2,1\nb,1,3,1\nb,2,4,1\n"), out, "--censored=y"),
                "none of the 2 units failed, by the column \"y\"");
        refuses(
                train(file("machine,hour,x\na,1,1\na,2,NaN\nb,1,2\nb,2,1\n"), out),
                "line 3: the value of x is missing");
        refuses(train(file("machine,hour,x\na,1,1\na,2,-inf\nb,1,2\nb,2,1\n"), out), "line 3", "infinite");
        assertThat(out).doesNotExist();
    }

    @Test
    void predict_mistakes_oneSentenceEach() throws IOException {
        refuses(
                Invocation.of("predict", model, "--data", file("machine,hour,temprature\na,1,1\n")),
                "there is no column \"temperature\"; did you mean \"temprature\"?");
        refuses(Invocation.of("predict", folder.resolve("none"), "--data", histories), "no model folder");
        refuses(
                Invocation.of("predict", model, "--data", histories, "--censored=alive"),
                "--censored tells how predictions are scored; add --score");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("table.csv"), text);
    }

    private static void refuses(Invocation invocation, String... parts) {
        assertThat(invocation.status()).as(invocation.out() + invocation.err()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(invocation.err()).contains(parts).doesNotContain("\tat ");
    }
}
