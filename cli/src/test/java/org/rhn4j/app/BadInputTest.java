package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.app.console.ExitStatus;

/** Whatever is wrong with what a person gives, one sentence says it, and the exit status is 2. */
class BadInputTest {
    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static Path data;
    private static Path good;

    @BeforeAll
    static void trainOneModel() throws IOException {
        data = Invocation.data(shared.resolve("data"), 200);
        good = shared.resolve("good");
        Invocation training = Invocation.train(data, good);
        assertThat(training.status()).as(training.err()).isEqualTo(ExitStatus.OK);
    }

    // ---- Texts -----------------------------------------------------------------------------------------------------

    @Test
    void aTextThatIsMissingEmptyOrBinary() throws IOException {
        refuses(training(folder.resolve("missing.txt")), "missing.txt does not exist");
        refuses(training(file("empty.txt", "")), "empty.txt is empty");
        refuses(training(file("white.txt", " \n \n")), "holds only white space");
        refuses(training(Files.write(folder.resolve("binary"), new byte[] {'a', 0, 'b'})), "zero byte", "not text");
        refuses(training(Files.write(folder.resolve("latin1"), new byte[] {'a', (byte) 0xe9, 'b'})), "not UTF-8");
        refuses(training(Files.createDirectory(folder.resolve("bare"))), "no file with \"train\" in its name");
        refuses(Invocation.of("eval", good, "--data", folder.resolve("bare")), "no file with \"test\" in its name");
        refuses(Invocation.of("eval", good, "--data", folder.resolve("empty.txt")), "empty.txt is empty");
    }

    @Test
    void aTextShorterThanOneWindowOfEveryStream() throws IOException {
        Path text = file("short.txt", Invocation.text(10));
        refuses(
                Invocation.of(
                        "train", "text", "--data", text, "--out", folder.resolve("out"), "--batch=8", "--window=9"),
                "8 streams of one window of 9 need 80",
                "--batch");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aTokenThatTheModelDoesNotKnow() throws IOException {
        Path text = file("unknown.txt", "the cat\nsees a unicorn\n");
        refuses(Invocation.of("eval", good, "--data", text), "line 2, column 8", "\"unicorn\"", "--map-unknown");
        refuses(Invocation.of("generate", good, "--prompt", "a unicorn"), "\"unicorn\"", "--map-unknown");
        Invocation mapped = Invocation.of("eval", good, "--data", text, "--map-unknown");
        assertThat(mapped.status()).as(mapped.err()).isEqualTo(ExitStatus.OK);
    }

    @Test
    void aLineOfTenMegabytesIsOnlyLong() throws IOException {
        Path text = file("long.txt", "the cat sees ".repeat(800_000));
        Invocation evaluation = Invocation.of("eval", good, "--data", text, "--streams=10000", "--json");
        assertThat(evaluation.status()).as(evaluation.err()).isEqualTo(ExitStatus.OK);
        assertThat(evaluation.json().get("tokens").longValue()).isEqualTo(2_400_000);
        Path word = file("word.txt", "x".repeat(10_000_000));
        Invocation refused = Invocation.of("eval", good, "--data", word);
        refuses(refused, "word.txt");
        assertThat(refused.err()).hasSizeLessThan(1000);
    }

    // ---- Models ----------------------------------------------------------------------------------------------------

    @Test
    void aModelThatIsNoneOrNotThere() throws IOException {
        for (String command : List.of("eval", "generate", "info")) {
            List<Object> rest = command.equals("eval") ? List.of("--data", data) : List.of();
            refuses(Invocation.of(command, folder.resolve("nowhere"), rest), "There is no model folder");
            refuses(Invocation.of(command, file("a-file", "x"), rest), "is a file, not a model folder");
            refuses(Invocation.of(command, data, rest), "config.json does not exist");
        }
    }

    @Test
    void weightsThatWereCutFlippedOrReplaced() throws IOException {
        byte[] weights = Files.readAllBytes(good.resolve("model.safetensors"));
        refuses(
                evaluating(copy("cut", "model.safetensors", Arrays.copyOf(weights, weights.length - 100))),
                "model.safetensors");
        byte[] flipped = weights.clone();
        flipped[9] ^= 0x40;
        refuses(evaluating(copy("flipped", "model.safetensors", flipped)), "model.safetensors");
        byte[] undefined = weights.clone();
        ByteBuffer.wrap(undefined).order(ByteOrder.LITTLE_ENDIAN).putFloat(undefined.length - 4, Float.NaN);
        refuses(evaluating(copy("nan", "model.safetensors", undefined)), "model.safetensors", "NaN");
        refuses(
                evaluating(copy("text", "model.safetensors", "hello".getBytes(StandardCharsets.UTF_8))),
                "model.safetensors");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"depth\": 2 | \"depth\": 2, \"heads\": 8 | heads",
                "\"hidden_size\": 16 | \"hidden_size\": 2000000000 | hidden_size",
                "\"hidden_size\": 16 | \"hidden_size\": -1 | hidden_size",
                "\"depth\": 2 | \"depth\": 3 | model.safetensors",
                "\"vocabulary_size\": 14 | \"vocabulary_size\": 15 | vocabulary_size",
                "\"cell\": \"rhn\" | \"cell\": \"grue\" | must be one of",
                "rhn4j/1 | rhn4j/9 | rhn4j/9",
            })
    void aConfigurationThatIsWrong(String right, String wrong, String said) throws IOException {
        String config = Files.readString(good.resolve("config.json"));
        assertThat(config).contains(right);
        Path model = copy("model", "config.json", config.replace(right, wrong).getBytes(StandardCharsets.UTF_8));
        refuses(evaluating(model), said);
    }

    // ---- Options ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--preset=papr-ptb | did you mean paper-ptb?",
                "--unit=words | did you mean word?",
                "--cell=grue | none of rhn, lstm, gru, dt-rnn; did you mean gru?",
                "--hidden=many | 'many' is not an int",
                "--learning-rate=NaN | not a finite number",
                "--clip=Infinity | not a finite number",
                "--minutes=soon | 'soon' is not a number",
                "--hidden=-5 | --hidden must be at least 1, not -5",
                "--hidden=20000000 | at most 1000000",
                "--depth=0 | --depth must be at least 1",
                "--epochs=0 | epochs must be at least 1",
                "--minutes=-1 | minutes must be 0",
                "--batch=-3 | batch must be from 1",
                "--learning-rate=-0.1 | learning-rate must be above 0",
                "--dropout-input=1 | --dropout-input must be from 0 to below 1",
                "--dropout-state=-0.1 | --dropout-state must be",
                "--average=1.5 | average must be",
                "--average-trigger=3 | above 0 where average-trigger is",
                "--average=0.9 --average-trigger=-1 | average-trigger must be 0",
                "--label-smoothing=1 | label-smoothing must be from 0 to below 1",
                "--window-deviation=30 | window-deviation must be from 0 to half of the window",
                "--warmup=1 | --warmup must be",
                "--flat-epochs=3 | add --schedule=decay",
                "--schedule=decay --rate-divisor=0.5 | --rate-divisor must be 1 or more",
                "--optimizer=sgd --weight-decay=0.1 | use --l2",
                "--threads=-1 | number of threads",
                "--strip-lines | add --unit=character",
                "--vocabulary-size=2 | no room for words",
                "--cell=lstm --depth=3 | LSTM has depth 1",
                "--cell=lstm --carry=free | Only the cell rhn",
                "--layers=0 | --layers must be at least 1",
                "--checkpoint-seconds=0 | checkpoint-seconds must be above 0",
                "--no-such-option | --no-such-option",
            })
    void anOptionThatIsOutOfPlace(String options, String said) {
        refuses(
                Invocation.of(
                        "train", "text", "--data", data, "--out", folder.resolve("out"), List.of(options.split(" "))),
                said);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--mc-dropout=0 | number of passes with dropout must be from 1",
                "--mc-dropout=5 | trained without dropout",
                "--dynamic-rate=0.1 | add --dynamic or leave --dynamic-rate out",
                "--dynamic=adam | none of sgd, rms",
                "--dynamic --dynamic-window=0 | window of dynamic evaluation must be from 1",
                "--dynamic --dynamic-decay=2 | decay of dynamic evaluation must be from 0 to 1",
                "--dynamic=sgd --dynamic-rate=-1 | rate of dynamic evaluation must be 0 or more",
                "--dynamic --training-data=nowhere.txt | nowhere.txt does not exist",
            })
    void aWayToEvaluateThatIsNone(String options, String said) throws IOException {
        String record = Files.readString(good.resolve("training.json"));
        String withoutDropout = record.replaceAll("\"(input|state|output)\": 0\\.[1-9]+", "\"$1\": 0.0");
        assertThat(withoutDropout).isNotEqualTo(record);
        Path model = copy("dry", "training.json", withoutDropout.getBytes(StandardCharsets.UTF_8));
        refuses(Invocation.of("eval", model, "--data", data, List.of(options.split(" "))), said);
    }

    @Test
    void figuresThatNeedMoreThanTheModelAndTheText() throws IOException {
        refuses(
                Invocation.of("eval", good, "--data", data.resolve("test.txt"), "--dynamic"),
                "--training-data",
                "--dynamic=sgd");
        Path model = copy("without-record", "unused", new byte[0]);
        refuses(Invocation.of("eval", model, "--data", data, "--mc-dropout=3"), "training.json is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--length=0", "--length=-1", "--temperature=NaN", "--temperature=-1", "--top-k=-2"})
    void aWayToGenerateThatIsNone(String option) {
        refuses(Invocation.of("generate", good, option), option.substring(2, option.indexOf('=')));
    }

    @Test
    void aNetworkThatDoesNotFitInMemory() {
        refuses(
                Invocation.of(
                        "train", "text", "--data", data, "--out", folder.resolve("out"), "--batch=4", "--hidden=19000"),
                "GiB of memory");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    // ---- Places ----------------------------------------------------------------------------------------------------

    @Test
    void anOutputThatCannotBeWritten() throws IOException {
        refuses(Invocation.train(data, file("taken", "x")), "is a file where a folder is needed");
        refuses(Invocation.train(data, file("taken", "x").resolve("below")), "Cannot write in the folder");
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "no read-only folder is known on this system");
        refuses(Invocation.train(data, Path.of("/proc/rhn-model")), "Cannot write in the folder");
    }

    @Test
    void aFullDiskIsToldAndLeavesTheLastCheckpointUsable() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Path log = folder.resolve("log");
        // Room for a model of 14 words and a checkpoint, but not for a second checkpoint beside the first.
        String script = "mount -t tmpfs -o size=60k tmpfs \"$1\" && shift && \"$@\"; status=$?;"
                + " ls \"$DISK/model\"; exit $status";
        List<String> command = Invocation.strings(
                "unshare",
                "-rm",
                "sh",
                "-c",
                script,
                "sh",
                disk,
                Invocation.java(),
                "train",
                "text",
                "--data",
                data,
                "--out",
                disk.resolve("model"),
                Invocation.TINY);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("DISK", disk.toString());
        int status;
        try {
            status = builder.start().waitFor();
        } catch (IOException e) {
            status = 1;
        }
        String said = Files.exists(log) ? Files.readString(log) : "";
        assumeTrue(said.contains("network: "), () -> "a small disk cannot be mounted here: " + said);
        assertThat(said).contains("the disk is full", "--resume", "checkpoint.safetensors");
        assertThat(status).isEqualTo(ExitStatus.USER_ERROR);
    }

    private Invocation training(Path text) {
        return Invocation.train(text, folder.resolve("out"));
    }

    private static Invocation evaluating(Path model) {
        return Invocation.of("eval", model, "--data", data);
    }

    private static void refuses(Invocation invocation, String... parts) {
        assertThat(invocation.err()).contains(parts).doesNotContain("internal error", "\tat ");
        assertThat(invocation.status()).as(invocation.err()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(invocation.out()).isEmpty();
        assertThat(invocation.err().lines().filter(line -> !line.startsWith("oneDNN")))
                .as(invocation.err())
                .hasSize(1);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** The good model with one file replaced. */
    private Path copy(String name, String replaced, byte[] content) throws IOException {
        Path copy = Files.createDirectory(folder.resolve(name));
        for (String file : List.of("config.json", "model.safetensors", "vocabulary.txt")) {
            Files.copy(good.resolve(file), copy.resolve(file));
        }
        Files.write(copy.resolve(replaced), content);
        return copy;
    }
}
