package org.rhn4j.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java examples of the README are compiled and run as they stand there, by a program of its own. */
class ReadmeExamplesTest {
    private static final Pattern EXAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    /** The library and what it needs, without what tests need. */
    private static final List<String> LIBRARY = Arrays.stream(
                    System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(place ->
                    !place.matches(".*(test-classes|junit|assertj|opentest4j|apiguardian|byte-buddy|surefire).*"))
            .filter(place ->
                    !place.endsWith(Path.of("consumer", "target", "classes").toString()))
            .toList();

    @TempDir
    private Path folder;

    @BeforeEach
    void writeDataAndProgram() throws IOException {
        StringBuilder sold = new StringBuilder("day,sold\n");
        StringBuilder sensor = new StringBuilder("temperature,pressure\n");
        Random random = new Random(1);
        for (int t = 0; t < 200; t++) {
            sold.append(java.time.LocalDate.of(2026, 1, 1).plusDays(t))
                    .append(',')
                    .append(100 + 10 * (t % 7) + random.nextInt(5))
                    .append('\n');
            sensor.append(20 + Math.sin(t / 5.0))
                    .append(',')
                    .append(random.nextGaussian())
                    .append('\n');
        }
        StringBuilder histories = new StringBuilder("machine,heat,noise\n");
        for (int machine = 0; machine < 12; machine++) {
            for (int row = 0; row < 20 + machine; row++) {
                histories
                        .append(machine)
                        .append(',')
                        .append(row / (20.0 + machine))
                        .append(',')
                        .append(random.nextGaussian())
                        .append('\n');
            }
        }
        Files.writeString(folder.resolve("sales.csv"), sold);
        Files.writeString(folder.resolve("sensor.csv"), sensor);
        Files.writeString(folder.resolve("histories.csv"), histories);
        Files.writeString(folder.resolve("book.txt"), "the cat sat on the mat\nthe dog sat on the log\n".repeat(60));
        Path source = Files.createDirectories(folder.resolve("source/example"));
        Files.writeString(source.resolve("Example.java"), program());
        Files.writeString(folder.resolve("source/module-info.java"), "module example { requires org.rhn4j.core; }\n");
    }

    /** All examples, one after another, each in a block. */
    private static String program() throws IOException {
        Path readme = Files.exists(Path.of("README.md")) ? Path.of("README.md") : Path.of("../README.md");
        Matcher matcher = EXAMPLE.matcher(Files.readString(readme));
        List<String> imports = new ArrayList<>();
        List<String> blocks = new ArrayList<>();
        while (matcher.find()) {
            List<String> lines = matcher.group(1).lines().toList();
            lines.stream().filter(line -> line.startsWith("import ")).forEach(imports::add);
            blocks.add(lines.stream()
                    .filter(line -> !line.startsWith("import "))
                    .collect(Collectors.joining("\n", "{\n", "\n}\n")));
        }
        assertThat(blocks).as("examples in " + readme).hasSizeGreaterThan(4);
        return "package example;\n" + imports.stream().distinct().collect(Collectors.joining("\n"))
                + "\npublic class Example {\n    public static void main(String[] arguments) throws Exception {\n"
                + String.join("\n", blocks)
                + "        System.out.println(\"all examples ran\");\n    }\n}\n";
    }

    @Test
    void onTheClassPath() throws Exception {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        compile(
                "-cp",
                String.join(File.pathSeparator, LIBRARY),
                "-d",
                classes.toString(),
                source("example/Example.java"));
        String output = run(
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                String.join(File.pathSeparator, LIBRARY) + File.pathSeparator + classes,
                "example.Example");
        assertThat(output).contains("all examples ran");
    }

    @Test
    void onTheModulePath() throws Exception {
        Path classes = Files.createDirectories(folder.resolve("modules"));
        compile(
                "-p",
                String.join(File.pathSeparator, LIBRARY),
                "-d",
                classes.toString(),
                source("module-info.java"),
                source("example/Example.java"));
        String output = run(
                "--enable-native-access=org.rhn4j.engine",
                "-p",
                String.join(File.pathSeparator, LIBRARY) + File.pathSeparator + classes,
                "-m",
                "example/example.Example");
        assertThat(output).contains("all examples ran");
    }

    private String source(String file) {
        return folder.resolve("source").resolve(file).toString();
    }

    private static void compile(String... arguments) {
        ByteArrayOutputStream problems = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler().run(null, problems, problems, arguments);
        assertThat(status).as(problems.toString(StandardCharsets.UTF_8)).isZero();
    }

    private String run(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--add-modules",
                "jdk.incubator.vector"));
        command.addAll(List.of(options));
        Path log = folder.resolve("log.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        String output = Files.readString(log);
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
