package org.rhn4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rhn4j.UserError;

class AtomicFilesTest {
    private static final Set<String> OWN = Set.of("config.json", "vocabulary.txt");

    @TempDir
    private Path folder;

    @Test
    void write_aNewFile() throws IOException {
        Path file = folder.resolve("a.txt");
        AtomicFiles.writeText(file, "grüße\n");
        assertThat(Files.readString(file)).isEqualTo("grüße\n");
        assertThat(names(folder)).containsExactly("a.txt");
    }

    @Test
    void write_overAnEarlierFile_keepsItsPermissions() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "earlier");
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "needs POSIX permissions");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        AtomicFiles.writeText(file, "new");
        assertThat(Files.readString(file)).isEqualTo("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(names(folder)).containsExactly("a.txt");
    }

    @Test
    void write_throughASymbolicLink_writesTheFileItPointsTo() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "earlier");
        Path link = Files.createSymbolicLink(folder.resolve("link.txt"), file);
        AtomicFiles.writeText(link, "new");
        assertThat(Files.readString(file)).isEqualTo("new");
        assertThat(link).isSymbolicLink();
    }

    @Test
    void write_contentFails_leavesTheEarlierFile() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "earlier");
        assertThatThrownBy(() -> AtomicFiles.write(file, channel -> {
                    channel.write(ByteBuffer.allocate(10));
                    throw new IllegalStateException("a fault of the program");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(Files.readString(file)).isEqualTo("earlier");
        assertThat(names(folder)).containsExactly("a.txt");
    }

    enum Failing {
        CREATE,
        WRITE,
        FORCE,
        CLOSE
    }

    @ParameterizedTest
    @EnumSource
    void write_diskFullAtAnyStep_leavesTheEarlierFile(Failing step) throws IOException {
        Path file = Files.writeString(folder.resolve("a.bin"), "earlier");
        assertThatThrownBy(() -> AtomicFiles.write(
                        file, 3000, channel -> channel.write(ByteBuffer.allocate(3000)), opener(step)))
                .isInstanceOf(UserError.class)
                .hasMessage(
                        "Cannot write %s: the disk is full after %s of 3.0 kB; the earlier file is untouched; "
                                + "free some space or write elsewhere.",
                        file, written(step));
        assertThat(Files.readString(file)).isEqualTo("earlier");
        assertThat(names(folder)).containsExactly("a.bin");
    }

    private static String written(Failing step) {
        return switch (step) {
            case CREATE -> "0 bytes";
            case WRITE -> "2.0 kB";
            case FORCE, CLOSE -> "3.0 kB";
        };
    }

    /** A disk that takes two thousand bytes, at most a thousand at a time, or fails at another step. */
    private static AtomicFiles.Opener opener(Failing step) {
        return path -> {
            fail(step, Failing.CREATE);
            Files.createFile(path);
            return new AtomicFiles.DurableChannel() {
                private int taken;

                @Override
                public int write(ByteBuffer source) throws IOException {
                    int size = Math.min(1000, source.remaining());
                    if (taken + size > 2000) {
                        fail(step, Failing.WRITE);
                    }
                    source.position(source.position() + size);
                    taken += size;
                    return size;
                }

                @Override
                public void force() throws IOException {
                    fail(step, Failing.FORCE);
                }

                @Override
                public boolean isOpen() {
                    return true;
                }

                @Override
                public void close() throws IOException {
                    fail(step, Failing.CLOSE);
                }
            };
        };
    }

    private static void fail(Failing step, Failing here) throws IOException {
        if (step == here) {
            throw new IOException("No space left on device");
        }
    }

    /** The same on a disk that really is full, where this user may mount a small one. */
    @Test
    void write_diskReallyFull() throws Exception {
        assumeTrue(mount("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder.toString()), "cannot mount a disk");
        try {
            Path file = folder.resolve("a.bin");
            AtomicFiles.writeText(file, "earlier");
            assertThatThrownBy(() -> AtomicFiles.writeBytes(file, new byte[1 << 20]))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("the disk is full after")
                    .hasMessageContaining("of 1.0 MB; the earlier file is untouched");
            assertThat(Files.readString(file)).isEqualTo("earlier");
            assertThat(names(folder)).containsExactly("a.bin");
            AtomicFiles.writeText(file, "there is room again");
        } finally {
            mount("umount", folder.toString());
        }
    }

    private static boolean mount(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void write_folderMissing() {
        Path file = folder.resolve("none").resolve("a.txt");
        assertThatThrownBy(() -> AtomicFiles.writeText(file, "x"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("the folder %s does not exist; create it", file.getParent());
    }

    @Test
    void write_targetIsAFolder() {
        assertThatThrownBy(() -> AtomicFiles.writeText(folder, "x"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is a folder where a file is to be written");
    }

    @Test
    void write_targetIsADevice() {
        assumeTrue(Files.exists(Path.of("/dev/null")), "needs /dev/null");
        assertThatThrownBy(() -> AtomicFiles.writeText(Path.of("/dev/null"), "x"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is not a regular file");
    }

    @Test
    void write_nameTooLong() throws IOException {
        assertThatThrownBy(() -> AtomicFiles.writeText(folder.resolve("x".repeat(300)), "x"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("Cannot write");
        assertThat(names(folder)).isEmpty();
    }

    @Test
    void write_readerKeepsTheEarlierFileOpen() throws IOException {
        Path file = folder.resolve("weights.safetensors");
        new SafetensorsWriter().add("w", new float[] {1, 2}, 2).write(file);
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            new SafetensorsWriter().add("w", new float[] {3, 4}, 2).write(file);
            assertThat(open.tensor("w").toFloats()).containsExactly(1, 2);
        }
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            assertThat(open.tensor("w").toFloats()).containsExactly(3, 4);
        }
    }

    @Test
    void requireWritableFolder_missing_createsIt() throws IOException {
        Path made = folder.resolve("a").resolve("b");
        AtomicFiles.requireWritableFolder(made);
        assertThat(names(made)).isEmpty();
    }

    @Test
    void requireWritableFolder_aFile() throws IOException {
        Path file = Files.createFile(folder.resolve("a"));
        assertThatThrownBy(() -> AtomicFiles.requireWritableFolder(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is a file where a folder is needed");
        assertThatThrownBy(() -> AtomicFiles.requireWritableFolder(file.resolve("b")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("Cannot write in the folder");
    }

    @Test
    void requireWritableFolder_notWritable() {
        Path system = Path.of("/proc");
        assumeTrue(Files.isDirectory(system), "needs a folder that even the administrator cannot write in");
        assertThatThrownBy(() -> AtomicFiles.requireWritableFolder(system))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("Cannot write in the folder /proc");
    }

    @Test
    void replaceFolder_newAndAgain() throws IOException {
        Path model = folder.resolve("model");
        AtomicFiles.replaceFolder(model, OWN, at -> {
            Files.writeString(at.resolve("config.json"), "1");
            Files.writeString(at.resolve("vocabulary.txt"), "1");
        });
        AtomicFiles.replaceFolder(model, OWN, at -> Files.writeString(at.resolve("config.json"), "2"));
        assertThat(names(model)).containsExactly("config.json");
        assertThat(model.resolve("config.json")).hasContent("2");
        assertThat(names(folder)).containsExactly("model");
    }

    @Test
    void replaceFolder_contentFails_leavesTheEarlierFolder() throws IOException {
        Path model = Files.createDirectory(folder.resolve("model"));
        Files.writeString(model.resolve("config.json"), "earlier");
        assertThatThrownBy(() -> AtomicFiles.replaceFolder(model, OWN, at -> {
                    Files.writeString(at.resolve("config.json"), "half");
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("the disk is full after 0 bytes; the earlier folder is untouched");
        assertThat(model.resolve("config.json")).hasContent("earlier");
        assertThat(names(folder)).containsExactly("model");
    }

    @Test
    void replaceFolder_aFileInItFails_namesTheTarget() {
        Path model = folder.resolve("model");
        assertThatThrownBy(() -> AtomicFiles.replaceFolder(
                        model,
                        OWN,
                        at -> AtomicFiles.writeText(at.resolve("none").resolve("a"), "x")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("Cannot write %s", model.resolve("none").resolve("a"))
                .hasMessageNotContaining(AtomicFiles.TEMPORARY_PREFIX);
        assertThat(model).doesNotExist();
    }

    @Test
    void replaceFolder_theCurrentOneByADot() throws IOException {
        Path model = Files.createDirectory(folder.resolve("model"));
        AtomicFiles.replaceFolder(model.resolve("."), OWN, at -> Files.writeString(at.resolve("config.json"), "2"));
        assertThat(names(model)).containsExactly("config.json");
        assertThat(names(folder)).containsExactly("model");
    }

    @Test
    void replaceFolder_holdsAPersonsDocuments() throws IOException {
        Files.writeString(folder.resolve("thesis.tex"), "years of work");
        assertThatThrownBy(() -> AtomicFiles.replaceFolder(folder, OWN, at -> {}))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("holds thesis.tex, which would be lost");
        assertThat(folder.resolve("thesis.tex")).hasContent("years of work");
    }

    @Test
    void replaceFolder_afterAStopBetweenTheRenames() throws IOException {
        Path model = folder.resolve("model");
        Path aside = Files.createDirectory(folder.resolve(".model.rhn4j-previous"));
        Files.writeString(aside.resolve("config.json"), "earlier");
        assertThatThrownBy(() -> AtomicFiles.replaceFolder(model, OWN, at -> {
                    throw new IOException("once more");
                }))
                .isInstanceOf(UserError.class);
        assertThat(model.resolve("config.json")).hasContent("earlier");
        assertThat(names(folder)).containsExactly("model");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
