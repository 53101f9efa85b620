package org.rhn4j.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.app.Invocation;
import org.rhn4j.app.console.ExitStatus;
import tools.jackson.databind.JsonNode;

/** The optimisation experiment on a few scales: what it prints, keeps, refuses and takes up again. */
class ReproduceOptimisationTest {
    private static final List<String> SMALL = List.of(
            "--depths=1,2",
            "--parameters=6000",
            "--trials=2",
            "--epochs=2",
            "--regularised-trials=1",
            "--regularised-epochs=3",
            "--threads=1",
            "--precision=f32");

    @TempDir
    private Path folder;

    private Path data;
    private Path out;

    @BeforeEach
    void makeMusic() throws IOException {
        StringBuilder pieces = new StringBuilder();
        for (int p = 0; p < 9; p++) {
            pieces.append(p == 0 ? "[" : ", [");
            for (int t = 0; t < 8; t++) {
                pieces.append(t == 0 ? "" : ", ").append("[%d, %d]".formatted(50 + (t + p) % 12, 62 + (t * p) % 12));
            }
            pieces.append(']');
        }
        data = Files.writeString(
                folder.resolve("music.json"),
                "{\"train\": [%s], \"valid\": [%s], \"test\": [%s]}".formatted(pieces, pieces, pieces));
        out = folder.resolve("out");
    }

    private Invocation reproduce(Object... options) {
        return Invocation.of("reproduce", "optimisation", "--data", data, "--out", out, options);
    }

    @Test
    void everyCellAndDepthIsSearchedAndTold() throws IOException {
        Invocation run = reproduce(SMALL);
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        assertThat(run.out())
                .contains("cell    depth  units  parameters  training  median")
                .contains("dropout in / state / out", "LSTM 8.45");
        assertThat(run.out().lines().filter(line -> line.startsWith("DT-RNN"))).hasSize(2);
        assertThat(run.err()).contains("the page is ");
        assertThat(Files.readString(out.resolve("report.html")))
                .contains("How hard deep transitions are to train", "\"name\": \"DT-RNN\"")
                .doesNotContain("src=\"http", "{{");

        JsonNode result = Invocation.json(out.resolve("result.json"));
        assertThat(result.get("searches")).hasSize(4);
        JsonNode search = result.get("searches").get(3);
        assertThat(search.get("cell").stringValue()).isEqualTo("dt-rnn");
        assertThat(search.get("depth").intValue()).isEqualTo(2);
        double best = search.get("best").get("training_loss").doubleValue();
        for (JsonNode trial : search.get("trials")) {
            assertThat(trial.get("training_loss").doubleValue()).isGreaterThanOrEqualTo(best);
            assertThat(trial.get("parameters").doubleValue()).isBetween(6000 * 0.95, 6000 * 1.05);
        }
        assertThat(result.get("regularised")
                        .get("trials")
                        .get(0)
                        .get("dropout")
                        .get("output")
                        .doubleValue())
                .isPositive();
    }

    @Test
    void anExperimentThatWasInterruptedGoesOnWithWhatIsMissing() throws IOException {
        reproduce(SMALL);
        List<Double> before = losses();
        Path done = out.resolve("rhn-depth-1-trial-1/training.json");
        var doneAt = Files.getLastModifiedTime(done);
        try (Stream<Path> files = Files.list(out.resolve("dt-rnn-depth-2-trial-2"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(out.resolve("result.json"));

        Invocation again = reproduce(SMALL);
        assertThat(again.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(again.err()).contains("holds an experiment", "--resume").hasLineCount(1);

        Invocation resumed = reproduce(SMALL, "--resume");
        assertThat(resumed.status()).as(resumed.err()).isEqualTo(ExitStatus.OK);
        assertThat(losses()).isEqualTo(before);
        assertThat(Files.getLastModifiedTime(done)).isEqualTo(doneAt);
    }

    @Test
    void whatMakesNoExperimentIsRefused() throws IOException {
        refuses(reproduce(SMALL, "--resume"), "nothing to resume");
        refuses(reproduce("--trials=0"), "--trials must be at least 1");
        refuses(reproduce("--depths=2,0"), "--depths must be at least 1");
        refuses(reproduce("--parameters=5"), "--parameters must be at least 1000");
        assertThat(out).doesNotExist();
        Files.createDirectories(out);
        Files.writeString(out.resolve("thesis.txt"), "years of work");
        refuses(reproduce(SMALL), "is not empty");
        Path other = folder.resolve("other");
        out = other;
        reproduce(SMALL);
        refuses(reproduce("--resume", "--trials=3"), "begun with other settings");
        data = Files.writeString(folder.resolve("text.txt"), "no music");
        refuses(reproduce(SMALL, "--resume"), "text.txt");
    }

    private static void refuses(Invocation invocation, String said) {
        assertThat(invocation.status()).as(invocation.out()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(invocation.err()).contains(said).hasLineCount(1);
    }

    private List<Double> losses() throws IOException {
        JsonNode result = Invocation.json(out.resolve("result.json"));
        return Stream.concat(result.get("searches").valueStream(), Stream.of(result.get("regularised")))
                .flatMap(search -> Stream.concat(
                        Stream.of(search.get("test_loss")),
                        search.get("trials").valueStream().map(trial -> trial.get("training_loss"))))
                .map(JsonNode::doubleValue)
                .toList();
    }
}
