package org.rhn4j.app.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.app.Invocation;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.options.Presets;
import org.rhn4j.numbers.Precision;
import org.rhn4j.tasks.text.LanguageModelConfiguration;
import org.rhn4j.training.Checkpoint;
import tools.jackson.databind.JsonNode;

/** The experiments on text, on a small one: what they print, keep, refuse and take up again. */
class ReproduceTextTest {
    private static final List<String> SMALL =
            List.of("--parameters=3000", "--epochs=2", "--batch=4", "--window=8", "--threads=1", "--precision=f32");

    @TempDir
    private Path folder;

    private Path data;
    private Path out;

    @BeforeEach
    void makeText() throws IOException {
        data = Invocation.data(folder.resolve("data"), 700);
        out = folder.resolve("out");
    }

    private Invocation reproduce(String what, Object... options) {
        return Invocation.of("reproduce", what, "--data", data, "--out", out, options);
    }

    @ParameterizedTest
    @CsvSource({"10, 830", "5, 1042", "1, 1476"})
    void sized_takesThePublishedNumberOfParameters(int depth, int units) {
        LanguageModelConfiguration sized = DepthExperiment.sized(depth, 23_482_400, 10_000);
        assertThat(sized.hiddenSize()).isEqualTo(units);
        assertThat((double) sized.parameterCount()).isEqualTo(23_482_400, within(20_000.0));
    }

    @Test
    void depth_comparesDepthsAndTakesUpWhatIsMissing() throws IOException {
        Invocation run = reproduce("depth", SMALL, "--depths=1,3", "--seeds=1,2");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        assertThat(run.out()).contains("paper valid", "93.2", "72.7").hasLineCount(3);
        assertThat(run.err()).contains("depth-3-seed-2: perplexity ", "the page is ");
        assertThat(Files.readString(out.resolve("report.html"))).contains("What recurrence depth is worth");
        JsonNode before = Invocation.json(out.resolve("result.json"));
        assertThat(before.get("runs")).hasSize(4);
        for (JsonNode one : before.get("runs")) {
            assertThat(one.get("parameters").doubleValue()).isEqualTo(3000, within(150.0));
            assertThat(one.get("seconds_per_epoch").doubleValue()).isPositive();
            assertThat(one.get("seconds_per_evaluation").doubleValue()).isPositive();
        }

        assertThat(reproduce("depth", SMALL).err()).contains("holds an experiment", "--resume");
        try (Stream<Path> files = Files.list(out.resolve("depth-3-seed-1"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Invocation more = reproduce("depth", SMALL, "--depths=2,3", "--seeds=1", "--resume", "--json");
        assertThat(more.status()).as(more.err()).isEqualTo(ExitStatus.OK);
        JsonNode after = more.json();
        assertThat(after.get("runs")).hasSize(5);
        assertThat(after.get("runs").get(3).get("test_loss"))
                .isEqualTo(before.get("runs").get(2).get("test_loss"));
        refuses(reproduce("depth", "--depths=1", "--resume"), "begun with other settings");
        refuses(reproduce("depth", SMALL, "--seed=3"), "in place of --seed");
        refuses(reproduce("depth", SMALL, "--depths=0"), "--depths must be from 1");
        refuses(reproduce("depth", "--parameters=10"), "--parameters must be at least 1000");
    }

    @Test
    void ptb_setsOurFiguresBesideThePublished() throws IOException {
        Invocation run = reproduce("ptb", "--hidden=16", "--depth=2", "--epochs=2", "--threads=1", "--precision=f32");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        assertThat(run.err()).contains(" the published 67.9)");
        assertThat(run.out()).contains("ours: ", " parameters, 2 epochs in ", "RHN, depth 10 (Zilly et al., 2017)");
        assertThat(run.out().lines().toList()).hasSize(7).last().asString().endsWith("57.3");
        JsonNode settings = Invocation.json(out.resolve("training.json")).get("settings");
        assertThat(settings.get("minutes").doubleValue()).isEqualTo(120);
        assertThat(settings.get("batch").intValue())
                .as("the preset of f32 products")
                .isEqualTo(Presets.PTB_SHORT.settings().batch());

        refuses(reproduce("ptb"), "already holds a model");
        refuses(reproduce("ptb", "--resume"), "no checkpoint");
        refuses(reproduce("ptb", "--resume", "--hidden=3"), "keeps its network and settings");
    }

    @Test
    void ptb_takesSettingsThatSuitTheProducts() {
        assertThat(ReproducePtbCommand.Recipe.BEST.preset(Precision.BF16)).isEqualTo(Presets.PTB);
        assertThat(ReproducePtbCommand.Recipe.BEST.preset(Precision.F32)).isEqualTo(Presets.PTB_SHORT);
        assertThat(ReproducePtbCommand.Recipe.PAPER.preset(Precision.F32)).isEqualTo(Presets.PAPER_PTB);
    }

    @Test
    void ptb_byThePapersRecipe_keepsToThePublishedSettings() throws IOException {
        Invocation run =
                reproduce("ptb", "--recipe=paper", "--hidden=16", "--depth=2", "--epochs=1", "--threads=1", "--json");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.OK);
        assertThat(run.json().get("test_perplexity").doubleValue()).isGreaterThan(1);
        JsonNode settings = Invocation.json(out.resolve("training.json")).get("settings");
        assertThat(settings.get("optimizer").stringValue()).isEqualTo("sgd");
        assertThat(settings.get("minutes").doubleValue()).isZero();
        assertThat(settings.get("dropout").get("input").doubleValue()).isEqualTo(0.75);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void ptb_stoppedAndResumed_addsUpItsTime() throws Exception {
        List<String> options = List.of("--hidden=16", "--depth=2", "--threads=1", "--precision=f32");
        stopAfterTheFirstEpoch(out.resolve("training.json"), "ptb", options, "--epochs=100000");
        JsonNode before = Invocation.json(out.resolve("training.json"));
        assertThat(before.get("ended").stringValue()).isEqualTo("stopped");
        int done = before.get("epochs").size();
        double spent = before.get("timing").get("seconds").doubleValue();
        // no clock is compared with another run's: the run goes on from the time in its checkpoint, which is the
        // record's
        assertThat(Checkpoint.position(out.resolve("checkpoint.safetensors")).seconds())
                .isEqualTo(spent);

        Invocation resumed = reproduce("ptb", "--resume", "--epochs", done + 1, "--threads=1", "--precision=f32");
        assertThat(resumed.status()).as(resumed.err()).isEqualTo(ExitStatus.OK);
        assertThat(resumed.out()).contains("ours: ", "RHN, depth 10");
        JsonNode after = Invocation.json(out.resolve("training.json"));
        assertThat(after.get("epochs")).hasSize(done + 1);
        assertThat(after.get("timing").get("seconds").doubleValue()).isGreaterThan(spent);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void depth_stoppedAndResumed_goesOnWithTheRunThatWasUnderWay() throws Exception {
        List<String> options = List.of(
                "--parameters=3000",
                "--batch=4",
                "--window=8",
                "--threads=1",
                "--precision=f32",
                "--depths=1,2",
                "--epochs=400");
        stopAfterTheFirstEpoch(out.resolve("depth-1-seed-1/training.json"), "depth", options);
        assertThat(out.resolve("depth-1-seed-1/checkpoint.safetensors")).exists();
        assertThat(out.resolve("result.json")).doesNotExist();
        // the plan is that of the run: other epochs would be another experiment
        refuses(reproduce("depth", "--depths=1", "--epochs=2", "--resume"), "begun with other settings");
    }

    /** Starts a process, waits until it has recorded an epoch, and asks it to end. */
    private void stopAfterTheFirstEpoch(Path record, String what, Object... options) throws Exception {
        Path log = folder.resolve("log");
        Process process = Invocation.start(log, "reproduce", what, "--data", data, "--out", out, options);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!Files.exists(record) && process.isAlive() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
        process.destroy();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(143);
        assertThat(Files.readString(log)).contains("stopping: saving a checkpoint", "--resume");
    }

    @Test
    void anExperimentWithoutATestPart_isRefused() throws IOException {
        Files.delete(data.resolve("test.txt"));
        refuses(reproduce("depth", SMALL), "no test part");
        refuses(reproduce("ptb"), "no test part");
    }

    private static void refuses(Invocation invocation, String said) {
        assertThat(invocation.status()).as(invocation.out()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(invocation.err()).contains(said);
    }
}
