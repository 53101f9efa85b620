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
        assertThat(training.status()).as(training.err()).isEqualTo(Main.OK);
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
        assertThat(run.status()).as(run.err()).isEqualTo(Main.OK);
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
        assertThat(again.status()).as(again.err()).isEqualTo(Main.OK);
    }

    @Test
    void detect_findsThePumpAndItsCause() throws IOException {
        Path scores = folder.resolve("scores.csv");
        Invocation run = detect("--labels=broken", "--out", scores, "--json");
        assertThat(run.status()).as(run.err()).isEqualTo(Main.OK);
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
}
