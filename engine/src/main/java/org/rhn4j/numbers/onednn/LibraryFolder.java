package org.rhn4j.numbers.onednn;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.numbers.onednn.NativeLibrary.Part;
import org.rhn4j.numbers.onednn.NativeLibrary.Platform;
import org.rhn4j.store.OwnedFolder;

/**
 * The folder that libraries are unpacked into, for a loader needs real files: once per version, since they are some
 * 90 MB, and used by all processes of a user.
 *
 * <p>What is loaded is code that runs as the user. So the version's folder and its files must belong to this user (or to
 * root) and be writable by no other, and every file's SHA-256 must be the expected one; what does not hold is unpacked
 * anew. To hash 90 MB takes longer than the rest of a start, so a note in the folder keeps which files (by size, time
 * and number) were found right, and only others are hashed. Files are unpacked into a folder of their own that is
 * renamed when it is complete, so that processes that start together see no half of a library.
 */
final class LibraryFolder {
    private static final String NOTE = "checked";
    private static final String UNPACKING = "unpacking-";
    private static final Pattern VERSION = Pattern.compile("dnnl-([0-9]+(?:[.-][0-9]+)*)-([a-z]+-[a-z0-9_]+)");
    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rwx------");

    /** Where the bytes of a platform's file come from. */
    @FunctionalInterface
    interface Source {
        /** Opens a file of the jar. */
        InputStream open(String part) throws IOException;
    }

    private final Path root;

    LibraryFolder(Path root) {
        this.root = root;
    }

    /** In the folder that the environment variable RHN4J_CACHE names, or the user's folder for caches. */
    static LibraryFolder ofThisUser() {
        return new LibraryFolder(cacheFolder());
    }

    /**
     * The folder with a version's files, which are unpacked where they are not there yet or damaged.
     *
     * @throws UserError if what the source gives is damaged, or the folder cannot be written or belongs to another user
     */
    Path resolve(String version, Platform platform, Source source) {
        Path folder = root.resolve("dnnl-" + version + "-" + platform.name());
        try {
            Files.createDirectories(root);
            for (int attempt = 0; !isRight(folder, platform); attempt++) {
                if (attempt == 3) {
                    throw new FileAlreadyExistsException(folder.toString(), null, "other processes keep changing it");
                }
                unpack(folder, platform, source);
            }
        } catch (IOException e) {
            throw new UserError(
                    "The matrix library cannot be unpacked into " + folder + " (" + reason(e)
                            + "); make room there, or name a writable folder in the environment variable RHN4J_CACHE.",
                    e);
        }
        removeOlder(version, platform);
        return folder;
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    // --- what is there ---

    private static boolean isRight(Path folder, Platform platform) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        requireOwnOrRoots(folder);
        if (isOpenToOthers(folder)) {
            return false;
        }
        StringBuilder seen = new StringBuilder();
        for (Part part : platform.parts()) {
            Path file = folder.resolve(part.name());
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    || Files.size(file) != part.bytes()
                    || isOpenToOthers(file)) {
                return false;
            }
            requireOwnOrRoots(file);
            seen.append(identity(file, part)).append('\n');
        }
        Path note = folder.resolve(NOTE);
        if (Files.isRegularFile(note, LinkOption.NOFOLLOW_LINKS)
                && Files.readString(note).contentEquals(seen)) {
            return true;
        }
        for (Part part : platform.parts()) {
            if (!sha256(folder.resolve(part.name())).equals(part.sha256())) {
                return false;
            }
        }
        try {
            Files.writeString(note, seen);
        } catch (IOException e) {
            // a folder that root made for all: hashed at every start
        }
        return true;
    }

    private static String identity(Path file, Part part) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        FileTime time = attributes.lastModifiedTime();
        return String.join(
                " ",
                part.name(),
                part.sha256(),
                Long.toString(attributes.size()),
                time.toInstant().toString(),
                String.valueOf(attributes.fileKey()));
    }

    private static boolean isOpenToOthers(Path path) throws IOException {
        if (!isPosix(path)) {
            return false;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        return permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE);
    }

    private static void requireOwnOrRoots(Path path) throws IOException {
        if (isPosix(path)) {
            int owner = (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            if (owner != 0 && owner != userId()) {
                throw new UserError(path + " belongs to another user, "
                        + Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName()
                        + ", so no program is run from there; remove it, or name another folder in the environment"
                        + " variable RHN4J_CACHE.");
            }
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix");
    }

    private static int userId() {
        Linker linker = Linker.nativeLinker();
        try {
            return (int) linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("geteuid"), FunctionDescriptor.of(ValueLayout.JAVA_INT))
                    .invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    // --- unpacking ---

    private void unpack(Path folder, Platform platform, Source source) throws IOException {
        try (OwnedFolder work = OwnedFolder.make(root, UNPACKING)) {
            Path whole = Files.createDirectory(work.path().resolve("whole"));
            for (Part part : platform.parts()) {
                unpack(part, source, whole.resolve(part.name()), platform);
            }
            if (isPosix(whole)) {
                Files.setPosixFilePermissions(whole, OWNER_ALONE);
            }
            if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(folder, work.path().resolve("damaged"), StandardCopyOption.ATOMIC_MOVE);
            }
            try {
                Files.move(whole, folder, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                if (!Files.isDirectory(folder)) {
                    throw e;
                }
                // another process was faster: what it made is looked at next
            }
        }
    }

    private static void unpack(Part part, Source source, Path file, Platform platform) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = source.open(part.name());
                FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            byte[] chunk = new byte[1 << 16];
            for (int count = read(in, chunk, platform); count >= 0; count = read(in, chunk, platform)) {
                digest.update(chunk, 0, count);
                ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, count);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
            out.force(true);
        }
        if (isPosix(file)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(part.sha256())) {
            throw damaged(platform, null);
        }
    }

    private static int read(InputStream in, byte[] chunk, Platform platform) {
        try {
            return in.read(chunk);
        } catch (IOException e) {
            throw damaged(platform, e);
        }
    }

    private static UserError damaged(Platform platform, @Nullable IOException cause) {
        return new UserError(
                "The jar of org.bytedeco:dnnl:" + OneDnn.LIBRARY_VERSION + " with classifier " + platform.name()
                        + " is damaged, or not the one that this version of rhn4j was built with: its matrix library is"
                        + " not the expected one; delete the jar and have it downloaded again.",
                cause);
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (FileChannel channel = FileChannel.open(file, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
            while (channel.read(chunk.clear()) >= 0) {
                digest.update(chunk.flip());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // every Java platform has it
        }
    }

    // --- older versions ---

    /** Removes the folders of older versions; what cannot be removed, such as a library in use on Windows, is left. */
    private void removeOlder(String version, Platform platform) {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, "dnnl-*")) {
            for (Path folder : folders) {
                Matcher name = VERSION.matcher(folder.getFileName().toString());
                if (name.matches()
                        && name.group(2).equals(platform.name())
                        && Arrays.compare(numbers(name.group(1)), numbers(version)) < 0
                        && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    removeFiles(folder);
                }
            }
        } catch (IOException | RuntimeException e) {
            // left to a later run: nobody waits for it
        }
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("[.-]")).mapToInt(Integer::parseInt).toArray();
    }

    private static void removeFiles(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    // --- where ---

    private static Path cacheFolder() {
        String named = System.getenv("RHN4J_CACHE");
        if (named != null && !named.isBlank()) {
            return Path.of(named).toAbsolutePath();
        }
        String home = System.getProperty("user.home", "");
        String xdg = System.getenv("XDG_CACHE_HOME");
        if (xdg != null && !xdg.isBlank()) {
            return Path.of(xdg, "rhn4j").toAbsolutePath();
        }
        if (!home.isBlank() && !home.equals("?") && Files.isWritable(Path.of(home))) {
            return Path.of(home, ".cache", "rhn4j");
        }
        return Path.of(
                System.getProperty("java.io.tmpdir", "/tmp"), "rhn4j-" + System.getProperty("user.name", "user"));
    }
}
