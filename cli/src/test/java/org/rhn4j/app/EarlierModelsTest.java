package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.app.console.ExitStatus;
import tools.jackson.databind.JsonNode;

/**
 * Model folders that version 0.1.0 wrote load and say what they said then. Their weights, data and answers lie in
 * {@code earlier-models}; the answers were computed by that version in f32.
 */
class EarlierModelsTest {
    static final Path MODELS = Path.of("src/test/resources/earlier-models");
    private static final List<String> PLAIN = List.of("--threads=1", "--precision=f32");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"text-rhn", "text-lstm"})
    void languageModels(String name) throws IOException {
        Invocation eval =
                Invocation.of("eval", MODELS.resolve(name), "--data", MODELS.resolve("text.txt"), "--json", PLAIN);
        assertThat(eval.status()).as(eval.err()).isEqualTo(ExitStatus.OK);
        assertThat(eval.json().get("tokens").asLong())
                .isEqualTo(expected(name).get("tokens").asLong());
        assertThat(eval.json().get("loss").asDouble())
                .isCloseTo(expected(name).get("loss").asDouble(), within(1e-4));
    }

    @Test
    void forecaster() throws IOException {
        Invocation run = Invocation.of(
                "forecast", MODELS.resolve("forecast-rhn"), "--data", MODELS.resolve("births.csv"), "--json", PLAIN);
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        JsonNode now = run.json().get("forecasts").get(0);
        JsonNode then = expected("forecast-rhn").get("forecasts").get(0);
        assertThat(now.get("times")).isEqualTo(then.get("times"));
        assertThat(now.get("quantiles").size()).isEqualTo(7);
        for (int step = 0; step < 7; step++) {
            for (int level = 0; level < 7; level++) {
                assertThat(now.get("quantiles").get(step).get(level).asDouble())
                        .isCloseTo(then.get("quantiles").get(step).get(level).asDouble(), within(0.5));
            }
        }
    }

    @Test
    void detector() throws IOException {
        Path scores = folder.resolve("scores.csv");
        Invocation run = Invocation.of(
                "detect",
                MODELS.resolve("anomaly-dt-rnn"),
                "--data",
                MODELS.resolve("mote.csv"),
                "--out",
                scores,
                "--json",
                PLAIN);
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        List<String> now = Files.readAllLines(scores);
        List<String> then = Files.readAllLines(MODELS.resolve("expected/anomaly-dt-rnn.csv"));
        assertThat(now).hasSameSizeAs(then);
        for (int line = 1; line < then.size(); line++) {
            assertThat(Double.parseDouble(now.get(line).split(",")[1]))
                    .as("score of line %d", line + 1)
                    .isCloseTo(Double.parseDouble(then.get(line).split(",")[1]), within(1e-3));
        }
    }

    @Test
    void failureModel() throws IOException {
        Invocation run = Invocation.of(
                "predict", MODELS.resolve("failure-rhn"), "--data", MODELS.resolve("hist.csv"), "--json", PLAIN);
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        JsonNode now = run.json().get("predictions");
        JsonNode then = expected("failure-rhn").get("predictions");
        assertThat(now.size()).isEqualTo(then.size());
        for (int unit = 0; unit < then.size(); unit++) {
            for (String figure : List.of("life", "lower", "upper")) {
                assertThat(now.get(unit).get(figure).asDouble())
                        .isCloseTo(then.get(unit).get(figure).asDouble(), within(0.01));
            }
        }
    }

    private static JsonNode expected(String name) throws IOException {
        return Invocation.json(MODELS.resolve("expected/" + name + ".json"));
    }
}
