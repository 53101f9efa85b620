package org.rhn4j.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.app.Invocation;
import org.rhn4j.app.console.ExitStatus;
import tools.jackson.databind.JsonNode;

class ReproduceWarningsTest {
    @TempDir
    private Path folder;

    private Invocation run(Object... options) {
        return Invocation.of(
                "reproduce",
                "warnings",
                "--data",
                folder.resolve("text.txt"),
                "--out",
                folder.resolve("out"),
                "--threads=1",
                "--precision=f32",
                options);
    }

    @Test
    void warnings_areCountedByCondition_andTheExperimentIsResumed() throws IOException {
        Files.writeString(folder.resolve("text.txt"), Invocation.text(600));

        Invocation first = run("--seeds=1", "--first-seed=3", "--steps=12", "--json");

        assertThat(first.status()).as(first.err()).isEqualTo(ExitStatus.OK);
        JsonNode result = first.json();
        assertThat(result.get("summaries")).hasSize(WarningExperiment.Condition.values().length);
        for (JsonNode outcome : result.get("outcomes")) {
            assertThat(outcome.get("seed").intValue()).isEqualTo(3);
            assertThat(outcome.get("steps").intValue()).isBetween(1, 12);
        }
        assertThat(folder.resolve("out").resolve("report.html")).exists();
        Invocation again = run("--seeds=1", "--first-seed=3", "--steps=12", "--resume", "--json");
        assertThat(again.json()).isEqualTo(result);
        Invocation other = run("--seeds=2", "--steps=12", "--resume");
        assertThat(other.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(other.err()).contains("begun with other settings");
        assertThat(run("--seeds=0").err()).contains("--seeds must be at least 1");
    }

    @Test
    void frequenciesAlone_costTheirEntropy() {
        assertThat(WarningExperiment.constantLoss(new int[] {0, 1, 0, 1}, 3)).isEqualTo(Math.log(2));
    }
}
