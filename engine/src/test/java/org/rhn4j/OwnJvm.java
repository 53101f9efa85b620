package org.rhn4j;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A JVM of its own for what a test must not do to the tests' JVM: crash it, start it otherwise, fill its heap. */
public final class OwnJvm {
    private static final List<String> USUAL =
            List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");

    private final List<String> before = new ArrayList<>();
    private final List<String> options = new ArrayList<>(USUAL);
    private final Map<String, String> environment = new TreeMap<>();
    private String classPath = System.getProperty("java.class.path");

    /**
     * How it ended.
     *
     * @param status exit status; 134 where the JVM crashed
     * @param output of both streams
     */
    public record Ended(int status, String output) {}

    /** Without the options that the program is always started with. */
    public OwnJvm bare() {
        options.removeAll(USUAL);
        return this;
    }

    /** Options of Java. */
    public OwnJvm options(String... more) {
        options.addAll(Arrays.asList(more));
        return this;
    }

    /** A command that starts it, such as {@code taskset -c 0}. */
    public OwnJvm startedBy(String... command) {
        before.addAll(Arrays.asList(command));
        return this;
    }

    /** Sets a variable of its environment. */
    public OwnJvm environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Another class path than the tests'. */
    public OwnJvm classPath(String path) {
        classPath = path;
        return this;
    }

    /** Runs a class's main method to its end. */
    public Ended run(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:-CreateCoredumpOnCrash"));
        command.addAll(options);
        if (!classPath.isEmpty()) {
            command.addAll(List.of("-cp", classPath, main.getName()));
        }
        command.addAll(Arrays.asList(arguments));
        try {
            Path output = Files.createTempFile("rhn4j-own-jvm", ".txt");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                if (!process.waitFor(5, TimeUnit.MINUTES)) {
                    process.destroyForcibly().waitFor();
                    throw new AssertionError("still running after 5 minutes: " + command + "\n" + text(output));
                }
                return new Ended(process.exitValue(), text(output));
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), UTF_8);
    }
}
