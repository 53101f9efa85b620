package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.files.CommandFiles;

/** No command writes over what it reads, or twice into one file, by whatever names these go. */
class OverwrittenInputTest {
    private static final String CONTENT = "time,value\n1,2\n";

    @TempDir
    private Path folder;

    private Path data;
    private Path model;

    @BeforeEach
    void makeFiles() throws IOException {
        data = Files.writeString(folder.resolve("s.csv"), CONTENT);
        model = Files.createDirectory(folder.resolve("model"));
        Files.writeString(model.resolve("config.json"), CONTENT);
        Files.writeString(model.resolve("vocabulary.txt"), CONTENT);
        Files.createDirectory(folder.resolve("sub"));
        Files.createSymbolicLink(folder.resolve("link.csv"), data);
        Files.createLink(folder.resolve("hard.csv"), data);
        Files.createSymbolicLink(folder.resolve("here"), folder);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "detect {m} --data {d} --out {f} | --out",
                "detect {m} --data {d} --plot {f} | --plot",
                "detect {m} --data {d} --state {f} | --state",
                "forecast {m} --data {d} --out {f} | --out",
                "forecast {m} --data {d} --plot {f} | --plot",
                "predict {m} --data {d} --out {f} | --out",
                "explain {m} --data {d} --out {f} --force | --out",
                "pilot --data {d} --horizon 7 --out {f} --force | --out",
            })
    void data_isNotWrittenOver(String command, String option) throws IOException {
        for (String name : new String[] {"s.csv", "./sub/../s.csv", "link.csv", "hard.csv", "here/s.csv"}) {
            Invocation run = run(command, folder + "/" + name);
            assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USER_ERROR);
            assertThat(run.err())
                    .startsWith(option + " would overwrite " + data + ", which is read as --data; name another file.");
            assertThat(data).hasContent(CONTENT);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "detect {m} --data {d} --out {f}",
        "detect {m} --data {d} --state {f}",
        "forecast {m} --data {d} --plot {f}",
        "predict {m} --data {d} --out {f}",
        "explain {m} --data {d} --out {f} --force",
    })
    void theModel_isNotWrittenOver(String command) {
        Invocation run = run(command, model.resolve("config.json").toString());
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(run.err()).contains("would overwrite " + model.resolve("config.json"), "the model");
        assertThat(model.resolve("config.json")).hasContent(CONTENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "detect {m} --data {d} --out {f} --state {g} | --out and --state",
                "detect {m} --data {d} --state {f} --plot {g} | --state and --plot",
                "forecast {m} --data {d} --out {f} --plot {g} | --out and --plot",
            })
    void outputs_areApart(String command, String options) {
        for (Map.Entry<String, String> names :
                Map.of("b", "./b", "n", "here/n", "link", "link").entrySet()) {
            Invocation run =
                    run(command.replace("{g}", folder + "/" + names.getValue()), folder + "/" + names.getKey());
            assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USER_ERROR);
            assertThat(run.err()).startsWith(options + " name the same file, ").contains("give two.");
        }
    }

    @Test
    void trainingOverItsOwnText_isRefused_evenByForce() {
        Path text = model.resolve("vocabulary.txt");
        Invocation run = Invocation.of("train", "text", "--data", text, "--out", model, "--force");
        assertThat(run.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(run.err()).startsWith("--out would overwrite " + text + ", which is read as --data");
        assertThat(text).hasContent(CONTENT);
    }

    @Test
    void filesThatAreApart_mayBeLinkedOrMissing() {
        new CommandFiles()
                .reads("--data", folder.resolve("link.csv"))
                .reads("--more", folder.resolve("missing"))
                .writes("--out", folder.resolve("new.csv"))
                .writes("--plot", folder.resolve("sub/new.csv"))
                .writes("--none", null)
                .requireApart();
    }

    private Invocation run(String command, String file) {
        Object[] arguments = command.split(" ");
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = arguments[i]
                    .toString()
                    .replace("{m}", model.toString())
                    .replace("{d}", data.toString())
                    .replace("{f}", file);
        }
        return Invocation.of(arguments);
    }
}
