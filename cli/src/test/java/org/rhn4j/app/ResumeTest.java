package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.training.Checkpoint;

/** Ends runs in their midst, as crashes, schedulers and people do, and goes on with them. */
class ResumeTest {
    private static final List<String> RUN = List.of(
            "--hidden=16",
            "--depth=2",
            "--epochs=3",
            "--batch=4",
            "--window=5",
            "--dropout-state=0.2",
            "--average=0.99",
            "--threads=1",
            "--precision=f32");
    private static final long SIGTERM_STATUS = 143;

    @TempDir
    private Path folder;

    private Path data;
    private Path model;

    @BeforeEach
    void makeText() throws IOException {
        data = Invocation.data(folder.resolve("data"), 2000);
        model = folder.resolve("model");
    }

    @Test
    void aRunKilledInMidEpochEndsAsOneNeverInterrupted() throws Exception {
        Process process = start();
        waitForTheMidstOfAnEpoch(process);
        process.destroyForcibly().waitFor();

        Invocation refused = Invocation.of("train", "text", "--data", data, "--out", model);
        assertThat(refused.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(refused.err())
                .contains("unfinished run", "--resume", "--force")
                .hasLineCount(1);

        Invocation resumed = resume("--threads=1", "--precision=f32");
        assertThat(resumed.status()).as(resumed.err()).isEqualTo(ExitStatus.OK);
        assertThat(resumed.err()).contains("note: resumed after ").doesNotContain("another engine");

        Path uninterrupted = folder.resolve("uninterrupted");
        assertThat(Invocation.of("train", "text", "--data", data, "--out", uninterrupted, RUN)
                        .status())
                .isEqualTo(ExitStatus.OK);
        assertThat(model.resolve("model.safetensors"))
                .hasSameBinaryContentAs(uninterrupted.resolve("model.safetensors"));
        try (var files = Files.list(model)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "config.json", "health.jsonl", "model.safetensors", "training.json", "vocabulary.txt");
        }
        Invocation again = resume();
        assertThat(again.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(again.err()).contains("no checkpoint").hasLineCount(1);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aSignalSavesTheRunAndTellsHowToGoOn() throws Exception {
        Process process = start();
        waitForTheMidstOfAnEpoch(process);
        process.destroy();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        String said = Files.readString(folder.resolve("log"));
        assertThat((long) process.exitValue()).as(said).isEqualTo(SIGTERM_STATUS);
        assertThat(said).contains("stopping: saving a checkpoint", "go on with", "--resume");
        assertThat(Invocation.json(model.resolve("training.json")).get("ended").stringValue())
                .isEqualTo("stopped");

        Invocation resumed = resume("--epochs=4", "--threads=2", "--json");
        assertThat(resumed.status()).as(resumed.err()).isEqualTo(ExitStatus.OK);
        assertThat(resumed.err()).contains("note: the run began on another engine");
        assertThat(resumed.json().get("epochs").intValue()).isEqualTo(4);
    }

    @Test
    void whatARunWasStartedWithStays() throws Exception {
        Process process = start();
        waitForTheMidstOfAnEpoch(process);

        Invocation second = resume();
        assertThat(second.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(second.err()).contains("Another run is writing into the folder");

        process.destroyForcibly().waitFor();
        Invocation other = resume("--hidden=20", "--seed=3");
        assertThat(other.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(other.err())
                .contains("--hidden, --seed cannot be given with --resume")
                .hasLineCount(1);

        Files.writeString(data.resolve("train.txt"), "the cat\n", java.nio.file.StandardOpenOption.APPEND);
        Invocation otherData = resume();
        assertThat(otherData.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(otherData.err()).contains("other data", "the same --data");

        Invocation nothing = Invocation.of("train", "text", "--data", data, "--out", folder.resolve("no"), "--resume");
        assertThat(nothing.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(nothing.err()).contains("no folder").hasLineCount(1);
        assertThat(folder.resolve("no")).doesNotExist();
    }

    private Process start() throws IOException {
        return Invocation.start(
                folder.resolve("log"),
                "train",
                "text",
                "--data",
                data,
                "--out",
                model,
                RUN,
                "--checkpoint-seconds=0.01");
    }

    private Invocation resume(Object... options) {
        return Invocation.of(
                "train", "text", "--data", data, "--out", model, "--resume", "--checkpoint-seconds=60", options);
    }

    private void waitForTheMidstOfAnEpoch(Process process) throws Exception {
        Path checkpoint = model.resolve("checkpoint.safetensors");
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (System.nanoTime() < end && process.isAlive()) {
            if (Files.exists(checkpoint)) {
                Checkpoint.Position position = Checkpoint.position(checkpoint);
                if (position.epoch() >= 1 && position.step() > 0) {
                    return;
                }
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        throw new AssertionError("no checkpoint came: " + Files.readString(folder.resolve("log")));
    }
}
