package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.app.console.ExitStatus;

/** Runs a copy of the launcher, with JDKs and a Maven that only write down how they were called. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path LAUNCHER =
            Path.of(System.getProperty("basedir", "")).resolveSibling("rhn").toAbsolutePath();
    private static final List<String> TOOLS = List.of(
            "bash",
            "basename",
            "cat",
            "dirname",
            "find",
            "head",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "touch");

    @TempDir
    private Path folder;

    private Path home;
    private Path jdks;
    private Path tools;
    private final Map<String, String> environment = new HashMap<>();

    private record Result(int status, String out, String err) {}

    @BeforeEach
    void copyTheLauncher() throws IOException {
        Path real = folder.toRealPath();
        home = Files.createDirectories(real.resolve("a checkout"));
        jdks = Files.createDirectories(real.resolve("jdks"));
        tools = Files.createDirectories(real.resolve("tools"));
        Files.copy(LAUNCHER, home.resolve("rhn"), StandardCopyOption.COPY_ATTRIBUTES);
        for (String source : List.of(
                "pom.xml",
                "engine/pom.xml",
                "core/pom.xml",
                "insight/pom.xml",
                "pilot/pom.xml",
                "cli/pom.xml",
                "experiments/pom.xml",
                "engine/src/main/A",
                "core/src/main/A",
                "insight/src/main/A",
                "pilot/src/main/A",
                "cli/src/main/A",
                "experiments/src/main/B",
                "samples/us-births.csv")) {
            write(home.resolve(source), "");
        }
        for (String tool : TOOLS) {
            script(tools.resolve(tool), "exec '" + onThePath(tool) + "' \"$@\"\n");
        }
        environment.put("PATH", tools.toString());
        environment.put("HOME", real.toString());
        environment.put("RHN4J_JDK_SEARCH", jdks.toString());
    }

    @Test
    void anOlderJdkIsNamedAndNotStarted() throws Exception {
        Path jdk = fakeJdk("seventeen", "17.0.9");
        Result result = launch("--version");
        assertThat(result.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .isEqualTo("rhn: needs JDK 25.0.3 or later and found 17.0.9 in " + jdk
                        + "; install one, or set RHN4J_JAVA_HOME to the folder of one\n");
        assertThat(calls("java")).isEmpty();
    }

    @Test
    void anEarlyUpdateOf25IsRefusedForItsBug() throws Exception {
        fakeJdk("first", "25");
        fakeJdk("second", "25.0.2");
        Result result = launch();
        assertThat(result.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(result.err())
                .contains("25 in ", "25.0.2 in ", "has a bug with pinned objects (JDK-8377811)")
                .hasLineCount(1);
    }

    @Test
    void noJdkAtAllIsSaidInOneSentence() throws Exception {
        Result result = launch();
        assertThat(result.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(result.err()).contains("found no JDK at all").hasLineCount(1);
    }

    @Test
    void aJdkChosenByNameIsNotReplacedByAnother() throws Exception {
        fakeJdk("good", "25.0.3");
        environment.put("RHN4J_JAVA_HOME", fakeJdk("old", "21.0.4").toString());
        Result result = launch();
        assertThat(result.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(result.err()).contains("RHN4J_JAVA_HOME", "21.0.4").hasLineCount(1);
    }

    @Test
    void aMissingMavenIsSaidInOneSentence() throws Exception {
        fakeJdk("good", "25.0.3");
        Result result = launch();
        assertThat(result.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(result.err()).contains("no mvn on the PATH").hasLineCount(1);
    }

    @Test
    void firstUseBuildsAndLaterOnesStartAtOnce() throws Exception {
        fakeJdk("good", "25.0.3");
        fakeMaven("");
        Result first = launch("train", "two words");
        assertThat(first.err()).isEqualTo("building rhn4j (first use) …\n");
        assertThat(first.status()).isZero();
        assertThat(calls("mvn"))
                .containsExactly("-B -ntp -q -Dstyle.color=never -Dmaven.test.skip=true package -pl experiments -am");
        assertThat(calls("java")).last().asString().endsWith("rhn4j-experiments-0.1.0.jar train [two words]");
        assertThat(home.resolve("target/rhn.lock")).doesNotExist();

        assertThat(launch().err()).isEmpty();
        assertThat(calls("mvn")).hasSize(1);
    }

    @Test
    void aChangedSourceIsBuiltOnce() throws Exception {
        fakeJdk("good", "25.0.3");
        fakeMaven("");
        launch();
        Files.setLastModifiedTime(
                home.resolve("core/src/main/A"), FileTime.from(Instant.now().plusMillis(20)));
        TimeUnit.MILLISECONDS.sleep(50);
        assertThat(launch().err()).isEqualTo("building rhn4j (sources changed) …\n");
        assertThat(launch().err()).isEmpty();
        assertThat(calls("mvn")).hasSize(2);

        Files.setLastModifiedTime(
                home.resolve("experiments/src/main/B"),
                FileTime.from(Instant.now().plus(Duration.ofHours(1))));
        environment.put("RHN4J_NO_BUILD", "1");
        assertThat(launch().err()).isEmpty();
        assertThat(calls("mvn")).hasSize(2);
    }

    @Test
    void aFailedBuildShowsItsLog() throws Exception {
        fakeJdk("good", "25.0.3");
        fakeMaven("echo the compiler is unhappy; exit 1");
        Result result = launch();
        assertThat(result.status()).isEqualTo(ExitStatus.USER_ERROR);
        assertThat(result.err()).contains("the compiler is unhappy", "rhn: the build failed", "target/rhn-build.log");
        assertThat(calls("java")).isEmpty();
    }

    @Test
    void twoLaunchesAtOnceBuildOnce() throws Exception {
        fakeJdk("good", "25.0.3");
        fakeMaven("sleep 1");
        Process one = start(home.resolve("rhn"), "one");
        Process two = start(home.resolve("rhn"), "two");
        assertThat(finish(one).status()).isZero();
        assertThat(finish(two).status()).isZero();
        assertThat(calls("mvn")).hasSize(1);
    }

    @Test
    void aLockLeftByAKilledLaunchIsTakenOver() throws Exception {
        fakeJdk("good", "25.0.3");
        fakeMaven("");
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        write(home.resolve("target/rhn.lock/pid"), gone.pid() + "\n");
        assertThat(launch().status()).isZero();
    }

    @Test
    void itIsFoundThroughASymbolicLinkFromAnyFolder() throws Exception {
        fakeJdk("good", "26");
        fakeMaven("");
        Files.createSymbolicLink(folder.resolve("hop"), Path.of("a checkout/rhn"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("hop"));
        environment.put("RHN4J_JAVA_OPTS", "-Xmx3g -XX:+UseG1GC");
        assertThat(finish(start(link, "x")).status()).isZero();
        assertThat(calls("java"))
                .last()
                .asString()
                .contains(
                        "--add-modules jdk.incubator.vector", "-Xmx3g -XX:+UseG1GC -jar", home + "/experiments/target")
                .doesNotContain("SerialGC");
    }

    /** A folder that looks like a JDK's; its java notes its arguments, bracketing any that holds a space. */
    private Path fakeJdk(String name, String version) throws IOException {
        Path jdk = jdks.resolve(name);
        write(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(jdk.resolve("bin/java"), """
            line=
            for argument; do
                case $argument in *' '*) [ -e "$argument" ] || argument="[$argument]" ;; esac
                line="$line${line:+ }$argument"
            done
            echo "$line" >> '%s/java.calls'
            """.formatted(folder));
        return jdk;
    }

    private void fakeMaven(String then) throws IOException {
        script(tools.resolve("mvn"), """
            echo "$*" >> '%s/mvn.calls'
            %s
            mkdir -p experiments/target/lib
            touch experiments/target/rhn4j-experiments-0.1.0.jar experiments/target/lib/rhn4j-core-0.1.0.jar
            """.formatted(folder, then));
    }

    private List<String> calls(String program) throws IOException {
        Path file = folder.resolve(program + ".calls");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private Result launch(String... arguments) throws Exception {
        return finish(start(home.resolve("rhn"), arguments));
    }

    private Process start(Path launcher, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Result finish(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Result(process.exitValue(), out, err);
    }

    private static Path onThePath(String tool) {
        for (String entry : System.getenv("PATH").split(":")) {
            Path candidate = Path.of(entry, tool);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("no " + tool + " on the PATH");
    }

    private static void script(Path file, String text) throws IOException {
        write(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
