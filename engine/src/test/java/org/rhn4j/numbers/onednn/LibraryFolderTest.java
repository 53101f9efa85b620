package org.rhn4j.numbers.onednn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.UserError;
import org.rhn4j.numbers.onednn.NativeLibrary.Part;
import org.rhn4j.numbers.onednn.NativeLibrary.Platform;

class LibraryFolderTest {
    private static final String VERSION = "3.13-1.5.14";
    private static final Platform PLATFORM = new Platform("linux-x86_64", part("openmp"), part("library"));

    @TempDir
    private Path root;

    private int opened;

    private static Part part(String name) {
        return new Part(name, content(name).length, sha256(content(name)));
    }

    private static byte[] content(String name) {
        return ("the bytes of " + name).repeat(10_000).getBytes(UTF_8);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private InputStream right(String part) {
        opened++;
        return new ByteArrayInputStream(content(part));
    }

    private Path resolve() {
        return new LibraryFolder(root).resolve(VERSION, PLATFORM, this::right);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    private void requireModes() {
        assumeTrue(root.getFileSystem().supportedFileAttributeViews().contains("posix"), "no modes here");
    }

    private static void requireRight(Path folder) throws IOException {
        assertThat(Files.readAllBytes(folder.resolve("library"))).isEqualTo(content("library"));
        assertThat(Files.readAllBytes(folder.resolve("openmp"))).isEqualTo(content("openmp"));
    }

    @Test
    void firstUse_unpacksForTheUserAlone_andLaterUsesFindIt() throws IOException {
        Path folder = resolve();
        requireRight(folder);
        assertThat(opened).isEqualTo(2);
        assertThat(names()).containsExactly("dnnl-" + VERSION + "-linux-x86_64");
        assertThat(resolve()).isEqualTo(folder);
        assertThat(opened).isEqualTo(2);
        requireModes();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("library"))))
                .isEqualTo("rw-------");
    }

    /** Of the same length, so that only the bytes tell. */
    @ParameterizedTest
    @ValueSource(strings = {"library", "openmp"})
    void aDamagedFile_isUnpackedAnew(String part) throws IOException {
        Path file = resolve().resolve(part);
        byte[] bytes = content(part);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        requireRight(resolve());
        assertThat(names()).hasSize(1);
    }

    @Test
    void aMissingOrShortFile_isUnpackedAnew() throws IOException {
        Files.delete(resolve().resolve("library"));
        requireRight(resolve());
        Files.write(resolve().resolve("openmp"), new byte[3]);
        requireRight(resolve());
    }

    /** As an earlier version left it, which knew no note. */
    @Test
    void filesThatNobodyNoted_areHashedOnce() throws IOException {
        Path folder = resolve();
        Files.delete(folder.resolve("checked"));
        assertThat(resolve()).isEqualTo(folder);
        assertThat(folder.resolve("checked")).exists();
        assertThat(opened).isEqualTo(2);
    }

    @Test
    void whatOthersMayWrite_isNotTrusted() throws IOException {
        requireModes();
        Path folder = resolve();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        resolve();
        assertThat(opened).isEqualTo(4);
        Files.setPosixFilePermissions(folder.resolve("library"), PosixFilePermissions.fromString("rw-rw----"));
        requireRight(resolve());
        assertThat(opened).isEqualTo(6);
    }

    @Test
    void whatBelongsToAnotherUser_isRefused() throws IOException {
        assumeTrue(
                root.getFileSystem().supportedFileAttributeViews().contains("unix")
                        && System.getProperty("user.name").equals("root"),
                "only root can give files away");
        Path folder = resolve();
        Files.setAttribute(folder.resolve("library"), "unix:uid", 12_345);
        assertThatThrownBy(this::resolve)
                .isInstanceOf(UserError.class)
                .hasMessageContaining("library belongs to another user, 12345, so no program is run from there")
                .hasMessageContaining("RHN4J_CACHE");
        Files.setAttribute(folder.resolve("library"), "unix:uid", 0);
        Files.setAttribute(folder, "unix:uid", 12_345);
        assertThatThrownBy(this::resolve).isInstanceOf(UserError.class);
    }

    @Test
    void aDamagedJar_isSaidToBe() throws IOException {
        LibraryFolder folder = new LibraryFolder(root);
        assertThatThrownBy(() -> folder.resolve(VERSION, PLATFORM, part -> new ByteArrayInputStream(new byte[100])))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith(
                        "The jar of org.bytedeco:dnnl:" + VERSION + " with classifier linux-x86_64 is damaged");
        assertThatThrownBy(() -> folder.resolve(VERSION, PLATFORM, part -> new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("invalid block type");
                    }
                }))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is damaged")
                .hasCauseInstanceOf(IOException.class);
        assertThat(names()).isEmpty();
        requireRight(resolve());
    }

    @Test
    void aFolderThatCannotBeWritten_isNamed() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "");
        assertThatThrownBy(() -> new LibraryFolder(file).resolve(VERSION, PLATFORM, this::right))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("The matrix library cannot be unpacked into " + file)
                .hasMessageContaining("RHN4J_CACHE");
    }

    @Test
    void olderVersions_andWhatKilledProcessesLeft_areRemoved() throws IOException {
        for (String name : new String[] {
            "dnnl-3.9-1.5.10-linux-x86_64", "dnnl-3.13-1.5.13-linux-x86_64", "unpacking-1",
        }) {
            Files.writeString(Files.createDirectory(root.resolve(name)).resolve("libdnnl.so.3"), "old");
        }
        Files.setLastModifiedTime(root.resolve("unpacking-1"), FileTime.fromMillis(0));
        for (String name : new String[] {
            "dnnl-3.13-1.6-linux-x86_64", "dnnl-4.0-1.5.14-linux-x86_64", "dnnl-3.9-1.5.10-linux-arm64", "dnnl-mine",
        }) {
            Files.writeString(Files.createDirectory(root.resolve(name)).resolve("file"), "kept");
        }
        resolve();
        assertThat(names())
                .containsExactly(
                        "dnnl-3.13-1.5.14-linux-x86_64",
                        "dnnl-3.13-1.6-linux-x86_64",
                        "dnnl-3.9-1.5.10-linux-arm64",
                        "dnnl-4.0-1.5.14-linux-x86_64",
                        "dnnl-mine");
    }
}
