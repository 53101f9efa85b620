package org.rhn4j.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.OwnJvm;

class OwnedFolderTest {
    @TempDir
    private Path parent;

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void close_removesItWithAllThatIsInIt() throws IOException {
        try (OwnedFolder folder = OwnedFolder.make(parent, "work-")) {
            assertThat(folder.path().getFileName().toString()).startsWith("work-");
            Files.createDirectories(folder.path().resolve("a/b"));
            Files.writeString(folder.path().resolve("a/b/c"), "c");
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void itIsForItsUserAlone() throws IOException {
        assumeTrue(parent.getFileSystem().supportedFileAttributeViews().contains("posix"), "no modes here");
        try (OwnedFolder folder = OwnedFolder.make(parent, "work-")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                    .isEqualTo("rwx------");
        }
    }

    /** Others of the same process, and of a process that lives, are left. */
    @Test
    void foldersWhoseOwnersLive_areLeft() throws IOException {
        try (OwnedFolder first = OwnedFolder.make(parent, "work-")) {
            OwnJvm.Ended ended = new OwnJvm().run(MakesOneAndCloses.class, parent.toString());
            assertThat(ended.status()).as(ended.output()).isZero();
            assertThat(names()).containsExactly(first.path().getFileName().toString());
            try (OwnedFolder second = OwnedFolder.make(parent, "work-")) {
                assertThat(names()).hasSize(2);
                assertThat(second.path()).isNotEqualTo(first.path());
            }
        }
    }

    @Test
    void theFolderOfAKilledProcess_isRemovedByTheNextOfTheSamePrefix() throws IOException {
        OwnJvm.Ended ended = new OwnJvm().run(MakesOneAndIsKilled.class, parent.toString());
        assertThat(ended.status()).as(ended.output()).isNotZero();
        assertThat(names()).singleElement().asString().startsWith("work-");
        Path other = Files.createDirectory(parent.resolve("another"));
        OwnedFolder.make(parent, "else-").close();
        assertThat(names()).hasSize(2);
        OwnedFolder.make(parent, "work-").close();
        assertThat(names()).containsExactly(other.getFileName().toString());
    }

    /** Of versions that knew no locks. */
    @Test
    void aFolderWithoutALock_isRemovedWhenItIsADayOld() throws IOException {
        Path old = Files.createDirectory(parent.resolve("work-old"));
        Files.writeString(old.resolve("weights"), "some");
        Path fresh = Files.createDirectory(parent.resolve("work-fresh"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        OwnedFolder.make(parent, "work-").close();
        assertThat(names()).containsExactly(fresh.getFileName().toString());
    }

    /** A link is removed as a link. */
    @Test
    void close_leavesWhatLinksPointTo() throws IOException {
        Path kept = Files.createDirectory(parent.resolve("kept"));
        Files.writeString(kept.resolve("file"), "text");
        OwnedFolder folder = OwnedFolder.make(parent, "work-");
        Files.createSymbolicLink(folder.path().resolve("link"), kept);
        folder.close();
        assertThat(kept.resolve("file")).hasContent("text");
        assertThat(names()).containsExactly("kept");
    }

    static final class MakesOneAndCloses {
        private MakesOneAndCloses() {}

        public static void main(String[] arguments) throws IOException {
            OwnedFolder.make(Path.of(arguments[0]), "work-").close();
        }
    }

    static final class MakesOneAndIsKilled {
        private MakesOneAndIsKilled() {}

        public static void main(String[] arguments) throws IOException {
            OwnedFolder folder = OwnedFolder.make(Path.of(arguments[0]), "work-");
            Files.writeString(folder.path().resolve("weights"), "some");
            Runtime.getRuntime().halt(137);
        }
    }
}
