package org.rhn4j.numbers.onednn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;

/**
 * Finds the oneDNN library for this platform inside a jar on the class path, unpacks it once into a folder of the
 * user's cache, and opens it.
 *
 * <p>A loader needs real files, and the library is some 90 MB, so it is unpacked once per version and reused. The file
 * is written under a temporary name and renamed, so that two processes that start together cannot see half a library.
 */
final class NativeLibrary {
    private static final String ROOT = "/org/bytedeco/dnnl/";

    private NativeLibrary() {}

    /** What one platform's jar holds: the runtime that must lie beside the library, then the library. */
    private record Platform(String name, @Nullable String openMp, String library) {}

    private static final List<Platform> PLATFORMS = List.of(
            new Platform("linux-x86_64", "libgomp.so.1", "libdnnl.so.3"),
            new Platform("linux-arm64", "libgomp.so.1", "libdnnl.so.3"),
            new Platform("macosx-arm64", "libomp.dylib", "libdnnl.3.dylib"),
            new Platform("macosx-x86_64", "libiomp5.dylib", "libdnnl.3.dylib"),
            new Platform("windows-x86_64", null, "dnnl.dll"));

    /** The opened libraries: oneDNN itself, and the OpenMP runtime where one is shipped beside it. */
    record Opened(SymbolLookup oneDnn, @Nullable SymbolLookup openMp) {}

    /**
     * Opens oneDNN for the platform that the JVM runs on.
     *
     * @throws UserError if the platform is not one of the five that oneDNN is shipped for, or its jar is missing, or
     *     the library cannot be unpacked or loaded
     */
    static Opened open() {
        return open(System.getProperty("os.name", "?"), System.getProperty("os.arch", "?"));
    }

    static Opened open(String operatingSystem, String architecture) {
        Platform platform = platformOf(operatingSystem, architecture);
        Path folder = unpack(platform);
        try {
            SymbolLookup openMp = null;
            if (platform.openMp != null) {
                openMp = SymbolLookup.libraryLookup(folder.resolve(platform.openMp), Arena.global());
            }
            return new Opened(SymbolLookup.libraryLookup(folder.resolve(platform.library), Arena.global()), openMp);
        } catch (IllegalArgumentException e) {
            throw new UserError(
                    "The matrix library " + folder.resolve(platform.library)
                            + " could not be loaded: its system libraries are missing or too old (it needs glibc and"
                            + " libstdc++ on Linux); use a current 64-bit system.",
                    e);
        }
    }

    private static Platform platformOf(String operatingSystem, String architecture) {
        String system = operatingSystem.toLowerCase(Locale.ROOT);
        String os = system.startsWith("linux")
                ? "linux"
                : system.startsWith("mac") ? "macosx" : system.startsWith("windows") ? "windows" : system;
        String arch = switch (architecture.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64", "x86-64" -> "x86_64";
            case "aarch64", "arm64" -> "arm64";
            default -> architecture;
        };
        String name = os + "-" + arch;
        List<String> known = new ArrayList<>();
        for (Platform platform : PLATFORMS) {
            if (platform.name.equals(name)) {
                return platform;
            }
            known.add(platform.name);
        }
        throw new UserError("This platform (" + operatingSystem + " on " + architecture
                + ") has no matrix library; rhn4j runs on " + String.join(", ", known) + ".");
    }

    private static Path unpack(Platform platform) {
        List<String> files =
                platform.openMp == null ? List.of(platform.library) : List.of(platform.openMp, platform.library);
        Path folder = cacheFolder().resolve("dnnl-" + OneDnn.LIBRARY_VERSION + "-" + platform.name);
        try {
            Files.createDirectories(folder);
            for (String file : files) {
                unpackFile(platform, file, folder.resolve(file));
            }
        } catch (IOException e) {
            throw new UserError(
                    "The matrix library cannot be unpacked into " + folder + " (" + e.getMessage()
                            + "); make room there, or name a writable folder in the environment variable RHN4J_CACHE.",
                    e);
        }
        return folder;
    }

    private static void unpackFile(Platform platform, String file, Path target) throws IOException {
        String resource = ROOT + platform.name + "/" + file;
        var url = NativeLibrary.class.getResource(resource);
        if (url == null) {
            throw new UserError("The matrix library for " + platform.name + " is not on the class path; add the"
                    + " dependency org.bytedeco:dnnl:" + OneDnn.LIBRARY_VERSION + " with classifier " + platform.name
                    + ".");
        }
        long size;
        try {
            size = url.openConnection().getContentLengthLong();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (Files.isRegularFile(target) && Files.size(target) == size) {
            return;
        }
        Path temporary = Files.createTempFile(target.getParent(), file, ".tmp");
        try (InputStream in = url.openStream()) {
            Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static Path cacheFolder() {
        String named = System.getenv("RHN4J_CACHE");
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        String home = System.getProperty("user.home", "");
        String xdg = System.getenv("XDG_CACHE_HOME");
        if (xdg != null && !xdg.isBlank()) {
            return Path.of(xdg, "rhn4j");
        }
        if (!home.isBlank() && !home.equals("?") && Files.isWritable(Path.of(home))) {
            return Path.of(home, ".cache", "rhn4j");
        }
        return Path.of(
                System.getProperty("java.io.tmpdir", "/tmp"), "rhn4j-" + System.getProperty("user.name", "user"));
    }
}
