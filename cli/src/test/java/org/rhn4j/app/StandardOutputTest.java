package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.app.console.ExitStatus;

/** A result that cannot be written is told, and never passed over with the status of success. */
class StandardOutputTest {
    private static final String FULL = "No space left on device";

    @TempDir
    private static Path folder;

    private static Path data;
    private static Path model;

    @BeforeAll
    static void trainAModel() throws IOException {
        data = Invocation.data(folder.resolve("data"), 100);
        model = folder.resolve("model");
        assertThat(Invocation.train(data, model).status()).isEqualTo(ExitStatus.OK);
    }

    /** Takes some bytes, and then no more. */
    private static OutputStream failing(int bytes, String reason) {
        return new OutputStream() {
            private int taken;

            @Override
            public void write(int one) throws IOException {
                if (taken++ >= bytes) {
                    throw new IOException(reason);
                }
            }
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "train",
                "train text --help",
                "info MODEL",
                "info MODEL --json",
                "generate MODEL --length 5",
                "generate MODEL --length 5 --json",
                "eval MODEL --data DATA",
                "eval MODEL --data DATA --json",
                "explain MODEL --data DATA/train.txt --threads 1",
                "train text --data DATA --out NEW --hidden 16 --depth 1 --epochs 1 --batch 4 --window 8 --threads 1"
            })
    void full_atOnceOrLater_isTold(String command) throws IOException {
        for (int bytes : new int[] {0, 3}) {
            Path made = Files.createTempDirectory(folder, "new");
            Object[] arguments = command.replace("MODEL", model.toString())
                    .replace("DATA", data.toString())
                    .replace("NEW", made.toString())
                    .split(" ");
            Invocation full = Invocation.into(failing(bytes, FULL), arguments);
            assertThat(full.status()).as(full.err()).isEqualTo(ExitStatus.USER_ERROR);
            assertThat(full.err())
                    .containsOnlyOnce("Cannot write the result to standard output: No space left on device; make room");
        }
    }

    @Test
    void fullAfterTraining_saysWhereTheModelIs() throws IOException {
        Path made = folder.resolve("made");
        Invocation full =
                Invocation.into(failing(0, FULL), "train", "text", "--data", data, "--out", made, Invocation.TINY);
        assertThat(full.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(full.err()).contains("the model is in " + made, "Cannot write the result");
    }

    @Test
    void aReaderThatWentAway_isNothingToTell() {
        for (Object[] command : new Object[][] {{"info", model}, {"generate", model, "--length", "20"}}) {
            Invocation gone = Invocation.into(failing(3, "Broken pipe"), command);
            assertThat(gone.status()).as(gone.err()).isEqualTo(ExitStatus.OK);
            assertThat(gone.err()).doesNotContain("Broken pipe", "Cannot write");
        }
    }

    @Test
    void theProcessItself_onAFullDeviceAndBeforeAReaderThatWentAway() throws Exception {
        File full = new File("/dev/full");
        assumeTrue(full.exists(), "needs /dev/full");
        Process onFull = start("--version").redirectOutput(full).start();
        String said = new String(onFull.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(onFull.waitFor()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(said)
                .containsOnlyOnce("Cannot write the result to standard output")
                .doesNotContain("\tat ");

        Process before =
                start("generate", model.toString(), "--length", "20000").start();
        try (InputStream reader = before.getInputStream()) {
            assertThat(reader.readNBytes(10)).hasSize(10);
        }
        assertThat(new String(before.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .doesNotContain("Cannot", "pipe", "\tat ");
        assertThat(before.waitFor()).isEqualTo(ExitStatus.OK);
    }

    private static ProcessBuilder start(String... arguments) {
        List<String> command = new ArrayList<>(Invocation.java());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }
}
