package org.rhn4j.start;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.OwnJvm;

/** The ways in which programs are started: each finds the matrix library, or is told in a sentence what is missing. */
class StartTest {
    private static final Predicate<String> LIBRARY = entry -> file(entry).startsWith("dnnl-");
    private static final Predicate<String> TESTS = entry -> entry.endsWith("test-classes");
    private static final Predicate<String> LOADER = entry -> file(entry).startsWith("spring-boot-loader-");
    /** What a user of the engine has, besides what the engine's tests want. */
    private static final Predicate<String> NEEDED =
            entry -> entry.endsWith("classes") || file(entry).matches("(jackson|jspecify)-.*");

    @TempDir
    private Path folder;

    /** Nothing is unpacked yet in its cache. */
    private OwnJvm jvm(String cache) {
        return new OwnJvm().environment("RHN4J_CACHE", folder.resolve(cache).toString());
    }

    private static List<String> classPath() {
        return Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator));
    }

    private static String file(String entry) {
        return Path.of(entry).getFileName().toString();
    }

    private static String path(Predicate<String> wanted) {
        return classPath().stream().filter(wanted).collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void onTheClassPath() {
        OwnJvm.Ended ended = jvm("cache").run(StartsAnEngine.class);
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output().lines().filter(line -> line.startsWith("started: oneDNN")))
                .as(ended.output())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("-bit vectors"));
        assertThat(ended.output()).contains("module null").doesNotContain("refused");
    }

    /** It computes all the same, and says once what would make it faster. */
    @Test
    void withoutTheVectorModule() {
        OwnJvm.Ended ended = jvm("cache")
                .bare()
                .options("--enable-native-access=ALL-UNNAMED")
                .run(StartsAnEngine.class);
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output().lines().filter(line -> line.startsWith("started: oneDNN")))
                .as(ended.output())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("scalar loops (slow: "));
        assertThat(ended.output().lines().filter(line -> line.contains("WARN")))
                .as(ended.output())
                .singleElement()
                .asString()
                .contains("start Java with --add-modules jdk.incubator.vector");
    }

    @Test
    void withoutTheLibrarysJar_isToldWhatToAdd_everyTime() {
        OwnJvm.Ended ended = jvm("cache").classPath(path(LIBRARY.negate())).run(StartsAnEngine.class);
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output().lines().filter(line -> line.startsWith("refused: ")))
                .as(ended.output())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .matches("refused: The matrix library for \\S+ is neither on the class path nor on the module"
                                + " path; add the dependency org\\.bytedeco:dnnl:\\S+ with classifier \\S+\\."));
    }

    /** The library's jar is a module that cannot be resolved; it may lie on either path. */
    @Test
    void onTheModulePath() {
        for (boolean library : new boolean[] {true, false}) {
            String modules = path(TESTS.negate().and(library ? NEEDED.or(LIBRARY) : NEEDED));
            String classes = path(library ? TESTS : TESTS.or(LIBRARY));
            OwnJvm.Ended ended = jvm("cache" + library)
                    .bare()
                    .options("--module-path", modules, "--enable-native-access=org.rhn4j.engine")
                    .options("--add-modules", "org.rhn4j.engine,jdk.incubator.vector")
                    // the program of this test starts an engine itself, which is closed to all but our own modules
                    .options("--add-exports", "org.rhn4j.engine/org.rhn4j.numbers=ALL-UNNAMED")
                    .classPath(classes)
                    .run(StartsAnEngine.class);
            assertThat(ended.status()).as(ended.output()).isZero();
            assertThat(ended.output())
                    .contains("started: oneDNN")
                    .contains("-bit vectors")
                    .contains("module org.rhn4j.engine")
                    .doesNotContain("refused");
        }
    }

    /** All jars lie in one, uncompressed, and are read from there. */
    @Test
    void inASpringBootJar() throws IOException {
        Path jar = folder.resolve("program.jar");
        writeBootJar(jar);
        OwnJvm.Ended ended =
                jvm("cache").classPath("").options("-jar", jar.toString()).run(StartsAnEngine.class);
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output())
                .contains("started: oneDNN")
                .contains("-bit vectors")
                .doesNotContain("refused");
    }

    private static void writeBootJar(Path jar) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
            out.write(("Manifest-Version: 1.0\nMain-Class: org.springframework.boot.loader.launch.JarLauncher\n"
                            + "Start-Class: " + StartsAnEngine.class.getName() + "\n")
                    .getBytes(UTF_8));
            for (String directory : new String[] {"BOOT-INF/", "BOOT-INF/classes/", "BOOT-INF/lib/"}) {
                out.putNextEntry(new ZipEntry(directory));
            }
            int count = 0;
            for (String entry : classPath()) {
                if (LOADER.test(entry)) {
                    copyClasses(Path.of(entry), out);
                } else if (TESTS.test(entry)) {
                    String main = StartsAnEngine.class.getName().replace('.', '/') + ".class";
                    out.putNextEntry(new ZipEntry("BOOT-INF/classes/" + main));
                    Files.copy(Path.of(entry, main), out);
                } else if (NEEDED.or(LIBRARY).test(entry)) {
                    byte[] bytes = Files.isDirectory(Path.of(entry))
                            ? jarOf(Path.of(entry))
                            : Files.readAllBytes(Path.of(entry));
                    store("BOOT-INF/lib/" + count++ + ".jar", bytes, out);
                }
            }
        }
    }

    private static void copyClasses(Path loader, ZipOutputStream out) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(loader))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().endsWith(".class")) {
                    out.putNextEntry(new ZipEntry(entry.getName()));
                    in.transferTo(out);
                }
            }
        }
    }

    private static byte[] jarOf(Path classes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new ZipEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
            }
        }
        return bytes.toByteArray();
    }

    private static void store(String name, byte[] bytes, ZipOutputStream out) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(sum.getValue());
        out.putNextEntry(entry);
        out.write(bytes);
    }
}
