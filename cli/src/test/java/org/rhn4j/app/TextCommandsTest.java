package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.options.Presets;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Trains a small model and does with it what people do. */
class TextCommandsTest {
    @TempDir
    private Path folder;

    private Path data;
    private Path model;

    @BeforeEach
    void makeText() throws IOException {
        data = Invocation.data(folder.resolve("data"), 200);
        model = folder.resolve("model");
    }

    @Test
    void aModelIsTrainedEvaluatedContinuedAndDescribed() {
        Invocation training = Invocation.train(data, model);
        assertThat(training.status()).as(training.err()).isEqualTo(ExitStatus.OK);
        assertThat(training.out()).startsWith("validation perplexity ").hasLineCount(1);
        assertThat(training.err())
                .contains("oneDNN", "network: rhn, depth 2, hidden 16, tied, ", " parameters, ")
                .contains("data: ", " tokens to train on", "vocabulary of 14 words")
                .contains("train perplexity", "best so far", "rhn eval ", "rhn generate ", "rhn info ");

        Invocation evaluation = Invocation.of("eval", model, "--data", data);
        assertThat(evaluation.status()).as(evaluation.err()).isEqualTo(ExitStatus.OK);
        assertThat(evaluation.out()).contains("test.txt: perplexity ", " bits per word");
        assertThat(evaluation.err()).isEmpty();

        Invocation text = Invocation.of("generate", model, "--prompt", "the cat", "--length", 30);
        assertThat(text.status()).as(text.err()).isEqualTo(ExitStatus.OK);
        assertThat(text.out()).startsWith("the cat ").endsWith("\n").doesNotContain("<unk>", "<eos>");
        assertThat(text.err()).isEmpty();
        assertThat(Invocation.of("generate", model, "--prompt", "the cat", "--length", 30)
                        .out())
                .isEqualTo(text.out());
        assertThat(Invocation.of("generate", model, "--prompt", "the cat", "--length", 30, "--seed", 2)
                        .out())
                .isNotEqualTo(text.out());

        Invocation info = Invocation.of("info", model);
        assertThat(info.status()).as(info.err()).isEqualTo(ExitStatus.OK);
        assertThat(info.out())
                .contains("rhn, depth 2, hidden 16, tied", "model.safetensors", "train: train.txt")
                .contains("--batch=4", "after all epochs", "train perplexity");
    }

    @Test
    void everyResultIsOneJsonObject() {
        JsonNode training = Invocation.train(data, model, "--json", "--test").json();
        assertThat(training.propertyNames())
                .containsExactly(
                        "model",
                        "parameters",
                        "epochs",
                        "best_epoch",
                        "validation_loss",
                        "validation_perplexity",
                        "test_loss",
                        "test_perplexity",
                        "tokens_per_second",
                        "seconds",
                        "ended");
        assertThat(training.get("ended").stringValue()).isEqualTo("epochs");

        JsonNode evaluation = Invocation.of("eval", model, "--data", data, "--json", "--precision=f32")
                .json();
        assertThat(evaluation.propertyNames())
                .containsExactly("loss", "perplexity", "bits_per_character", "tokens", "seconds");
        assertThat(evaluation.get("loss").doubleValue())
                .isEqualTo(training.get("test_loss").doubleValue());

        JsonNode text = Invocation.of("generate", model, "--length=5", "--json").json();
        assertThat(text.propertyNames()).containsExactly("prompt", "text", "tokens", "seconds", "tokens_per_second");
        assertThat(text.get("tokens").intValue()).isEqualTo(5);

        JsonNode info = Invocation.of("info", model, "--json").json();
        assertThat(info.propertyNames())
                .containsExactly("model", "task", "configuration", "parameters", "files", "training");
        assertThat(info.get("configuration").get("hidden_size").intValue()).isEqualTo(16);
    }

    @Test
    void figuresOfOtherKindsStandBesideThePlainOne() {
        Invocation.train(data, model, "--dropout-output=0.4");
        JsonNode plain = Invocation.of("eval", model, "--data", data, "--json").json();
        JsonNode all = Invocation.of("eval", model, "--data", data, "--json", "--mc-dropout=3", "--dynamic")
                .json();
        assertThat(all.get("loss")).isEqualTo(plain.get("loss"));
        assertThat(all.get("mc_dropout").propertyNames())
                .containsExactly("samples", "seed", "loss", "perplexity", "bits_per_character", "seconds");
        assertThat(all.get("dynamic").propertyNames())
                .containsExactly(
                        "rule", "rate", "decay", "window", "loss", "perplexity", "bits_per_character", "seconds");
        assertThat(all.get("dynamic").get("rule").stringValue()).isEqualTo("rms");
        assertThat(all.get("mc_dropout").get("loss")).isNotEqualTo(plain.get("loss"));
        assertThat(all.get("dynamic").get("loss")).isNotEqualTo(plain.get("loss"));

        Path test = data.resolve("test.txt");
        Invocation text = Invocation.of("eval", model, "--data", test, "--mc-dropout=2", "--dynamic=sgd");
        assertThat(text.status()).as(text.err()).isEqualTo(ExitStatus.OK);
        assertThat(text.out())
                .contains("test.txt: perplexity ", "mean of 2 passes with dropout, seed 1: perplexity ")
                .contains("dynamic (sgd, rate ")
                .hasLineCount(3);
        Invocation byFile =
                Invocation.of("eval", model, "--data", test, "--dynamic", "--training-data", data.resolve("train.txt"));
        assertThat(byFile.out()).contains("dynamic (rms, ");
    }

    @Test
    void charactersAreShownAsTheyAre() {
        Invocation training = Invocation.train(data, model, "--unit=character", "--strip-lines");
        assertThat(training.err()).contains("train bits", "characters");
        assertThat(Invocation.of("eval", model, "--data", data).out()).contains(" bits per character");
        assertThat(Invocation.of("generate", model, "--prompt", "the ca", "--length", 40)
                        .out())
                .startsWith("the ca")
                .doesNotContain("_", "<eos>");
    }

    @Test
    void whatGeneratesIsStreamedAndEndsQuietlyWhenTheReaderLeaves() {
        Invocation.train(data, model);
        int[] taken = {0};
        Writer closesAfterTenTokens = new Writer() {
            @Override
            public void write(char[] characters, int from, int length) {}

            @Override
            public void flush() throws IOException {
                if (++taken[0] > 10) {
                    throw new IOException("Broken pipe");
                }
            }

            @Override
            public void close() {}
        };
        CommandLine commandLine = Main.commandLine();
        StringWriter err = new StringWriter();
        commandLine.setOut(new PrintWriter(closesAfterTenTokens)).setErr(new PrintWriter(err, true));
        int status = Main.execute(commandLine, "generate", model.toString(), "--length=100000000");
        assertThat(status).isEqualTo(ExitStatus.OK);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void twoRunsGiveTheSameFolders() throws IOException {
        Path other = folder.resolve("other");
        Invocation.train(data, model);
        Invocation.train(data, other);
        for (String name : List.of("config.json", "health.jsonl", "model.safetensors", "vocabulary.txt")) {
            assertThat(model.resolve(name)).hasSameBinaryContentAs(other.resolve(name));
        }
        assertThat(record(model)).isEqualTo(record(other));
        try (var files = Files.list(model)) {
            assertThat(files).hasSize(5);
        }
    }

    @Test
    void optionsCountMoreThanThePreset() throws IOException {
        Invocation training = Invocation.train(
                data, model, "--preset=paper-ptb", "--optimizer=adamw", "--embedding=8", "--dropout-state=0");
        assertThat(training.status()).as(training.err()).isEqualTo(ExitStatus.OK);
        assertThat(training.err()).contains("untied embedding 8", "cannot be tied to the decoder");
        JsonNode settings = Invocation.json(model.resolve("training.json")).get("settings");
        assertThat(settings.get("optimizer").stringValue()).isEqualTo("adamw");
        assertThat(settings.get("learning_rate").doubleValue())
                .isEqualTo(Presets.QUICK.settings().learningRate());
        assertThat(settings.get("clip").doubleValue()).isEqualTo(10);
        assertThat(settings.get("dropout").get("state").doubleValue()).isZero();
        assertThat(settings.get("dropout").get("input").doubleValue()).isEqualTo(0.75);
    }

    @Test
    void anLstmHasDepthOneWithoutBeingTold() {
        Invocation training = Invocation.of(
                "train",
                "text",
                "--data",
                data,
                "--out",
                model,
                "--cell=lstm",
                "--hidden=16",
                "--epochs=1",
                "--batch=4");
        assertThat(training.status()).as(training.err()).isEqualTo(ExitStatus.OK);
        assertThat(training.err()).contains("network: lstm, hidden 16");
    }

    @Test
    void anEarlierModelIsReplacedOnlyByForceAndOnlyWhenTheNewRunCanBegin() throws IOException {
        Invocation.train(data, model);
        byte[] weights = Files.readAllBytes(model.resolve("model.safetensors"));

        Invocation refused = Invocation.train(data, model);
        assertThat(refused.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(refused.err()).contains("already holds a model", "--force").hasLineCount(1);

        Path shortText = Files.writeString(folder.resolve("short.txt"), Invocation.text(10));
        Invocation failed = Invocation.of("train", "text", "--data", shortText, "--out", model, "--force");
        assertThat(failed.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(failed.err()).contains("smaller --batch or --window");
        assertThat(model.resolve("model.safetensors")).hasBinaryContent(weights);

        Invocation forced = Invocation.train(data, model, "--force", "--seed=5");
        assertThat(forced.status()).as(forced.err()).isEqualTo(ExitStatus.OK);
        assertThat(Files.readAllBytes(model.resolve("model.safetensors"))).isNotEqualTo(weights);

        Files.writeString(model.resolve("thesis.txt"), "years of work");
        Invocation precious = Invocation.train(data, model, "--force");
        assertThat(precious.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(precious.err()).contains("thesis.txt", "would be lost");
    }

    @Test
    void aModelOfAnotherProgramNeedsNoRecord() throws IOException {
        Invocation.train(data, model);
        Files.delete(model.resolve("training.json"));
        assertThat(Invocation.of("info", model).out()).contains("no record");
        assertThat(Invocation.of("info", model, "--json").json().has("training"))
                .isFalse();
        assertThat(Invocation.of("eval", model, "--data", data).status()).isEqualTo(ExitStatus.OK);

        Files.writeString(model.resolve("training.json"), "{\"by\": \"someone else\"}");
        Invocation info = Invocation.of("info", model);
        assertThat(info.status()).isEqualTo(ExitStatus.OK);
        assertThat(info.out()).contains("no record");
        assertThat(info.err()).startsWith("note: ").contains("training.json");
    }

    private static JsonNode record(Path model) throws IOException {
        ObjectNode record = (ObjectNode) Invocation.json(model.resolve("training.json"));
        record.remove("timing");
        return record;
    }
}
