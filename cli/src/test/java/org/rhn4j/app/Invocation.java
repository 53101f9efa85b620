package org.rhn4j.app;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.rhn4j.app.console.ShownWriter;
import org.rhn4j.app.console.StandardOutput;
import picocli.CommandLine;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a command printed and how it ended, run in this process; and the small texts and processes that tests need. */
public record Invocation(int status, String out, String err) {
    private static final List<String> WORDS =
            List.of("the", "cat", "dog", "bird", "sees", "hears", "a", "small", "old", "house", "and", "sleeps");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Options for a network that is trained in a moment. */
    static final List<String> TINY = List.of(
            "--hidden=16", "--depth=2", "--epochs=2", "--batch=4", "--window=8", "--threads=1", "--precision=f32");

    public static Invocation of(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new ShownWriter(out, true)).setErr(new ShownWriter(err, true));
        int status = Main.execute(commandLine, strings(arguments).toArray(String[]::new));
        return new Invocation(status, out.toString(), err.toString());
    }

    /** As {@link #of}, with its result going to a stream as to standard output; what was printed there is not known. */
    static Invocation into(OutputStream stdout, Object... arguments) {
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine();
        commandLine
                .setOut(new ShownWriter(
                        new OutputStreamWriter(new StandardOutput(stdout, false), StandardCharsets.UTF_8), false))
                .setErr(new ShownWriter(err, true));
        int status = Main.execute(commandLine, strings(arguments).toArray(String[]::new));
        return new Invocation(status, "", err.toString());
    }

    /** {@code rhn train text} with the options of {@link #TINY}, which later ones may not repeat. */
    public static Invocation train(Path data, Path out, Object... options) {
        return of("train", "text", "--data", data, "--out", out, TINY, options);
    }

    /** Starts a process of its own. */
    public static Process start(Path log, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(java());
        command.addAll(strings(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** The command that starts a process with this one's classes. */
    static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName());
    }

    /** Sentences of a few words, the same every time. */
    public static String text(int lines) {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < lines; line++) {
            int length = 4 + random.nextInt(6);
            for (int i = 0; i < length; i++) {
                text.append(i == 0 ? "" : " ").append(WORDS.get(random.nextInt(WORDS.size())));
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** A folder with a training, a validation and a test file. */
    public static Path data(Path folder, int lines) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("train.txt"), text(lines));
        Files.writeString(folder.resolve("valid.txt"), text(lines / 10));
        Files.writeString(folder.resolve("test.txt"), text(lines / 20));
        return folder;
    }

    /** The one object that was printed. */
    public JsonNode json() {
        return JSON.readTree(out);
    }

    public static JsonNode json(Path file) throws IOException {
        return JSON.readTree(Files.readString(file));
    }

    static List<String> strings(Object... arguments) {
        List<String> strings = new ArrayList<>();
        for (Object argument : arguments) {
            if (argument instanceof List<?> list) {
                strings.addAll(strings(list.toArray()));
            } else if (argument instanceof Object[] array) {
                strings.addAll(strings(array));
            } else {
                strings.add(String.valueOf(argument));
            }
        }
        return strings;
    }
}
