package org.rhn4j.numbers.onednn;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;

/**
 * Finds the oneDNN library for this platform in the jar that carries it, has it unpacked, and opens it.
 *
 * <p>The jar may be on the class path, in a jar within a jar, or on the module path: nothing of it is asked for but a
 * stream.
 */
public final class NativeLibrary {
    private static final String FOLDER = "org/bytedeco/dnnl/";

    private static @Nullable Opened opened;

    private NativeLibrary() {}

    /**
     * A file in a platform's jar.
     *
     * @param sha256 of its bytes, in the jar of {@link OneDnn#LIBRARY_VERSION}
     */
    record Part(String name, long bytes, String sha256) {}

    /** What one platform's jar holds: the OpenMP runtime that must lie beside the library, and the library. */
    record Platform(String name, @Nullable Part openMp, Part library) {
        List<Part> parts() {
            return openMp == null ? List.of(library) : List.of(openMp, library);
        }
    }

    private static final List<Platform> PLATFORMS = List.of(
            new Platform(
                    "linux-x86_64",
                    new Part(
                            "libgomp.so.1",
                            298_776,
                            "d46f9225c1883039e8a6853e6d96ca1af11d034ce186a090952e4a7c8a7c2fdc"),
                    new Part(
                            "libdnnl.so.3",
                            92_850_136,
                            "3610657c35381b06694034b677cf73f28086495aba51ecf0cfb5b6511652a443")),
            new Platform(
                    "linux-arm64",
                    new Part(
                            "libgomp.so.1",
                            281_992,
                            "3d8a29f52ccdf3ba0ab2428d721963fb9c9259d7682b8e2a2127dd6f119a29b1"),
                    new Part(
                            "libdnnl.so.3",
                            64_817_296,
                            "b7d1b3fb1ce5e547c2d4dac7b3a0019976ab65427e880b2d4e666230e6b4d6b2")),
            new Platform(
                    "macosx-arm64",
                    new Part(
                            "libomp.dylib",
                            743_328,
                            "bb30f86a18632aa2451192ca16e54cee4864a852872cad5198df8535e00eef14"),
                    new Part(
                            "libdnnl.3.dylib",
                            22_997_584,
                            "27443dece16760491ecda511f42de81764d9488a456063c864504ce5c9f3aabf")),
            new Platform(
                    "macosx-x86_64",
                    new Part(
                            "libiomp5.dylib",
                            711_936,
                            "9e1d056bd73359a2134f2a5b9fee589c101dc4692f2baca0ef846e097e497732"),
                    new Part(
                            "libdnnl.3.dylib",
                            65_410_400,
                            "461a4d7e48a6b867603aa65b17fa50b2b539f8093a9234bde04d9253dbb61f0a")),
            new Platform(
                    "windows-x86_64",
                    null,
                    new Part(
                            "dnnl.dll",
                            49_200_640,
                            "16e4301399559512c76627b1a5c3701c61be3f3dc7db039b7612385c2d563248")));

    /** The opened libraries: oneDNN itself, and the OpenMP runtime where one is shipped beside it. */
    record Opened(SymbolLookup oneDnn, @Nullable SymbolLookup openMp) {}

    /**
     * Opens oneDNN for the platform that the JVM runs on, unless it is open. To be called before anything else of this
     * package is touched: what a class's initialiser throws reaches nobody as it is.
     *
     * @throws UserError if the platform is not one of the five that oneDNN is shipped for, or its jar is missing or
     *     damaged, or the library cannot be unpacked or loaded
     */
    public static void require() {
        open();
    }

    static synchronized Opened open() {
        Opened open = opened;
        if (open == null) {
            open = open(System.getProperty("os.name", "?"), System.getProperty("os.arch", "?"));
            opened = open;
        }
        return open;
    }

    private static Opened open(String operatingSystem, String architecture) {
        Platform platform = platformOf(operatingSystem, architecture);
        Path folder =
                LibraryFolder.ofThisUser().resolve(OneDnn.LIBRARY_VERSION, platform, part -> stream(platform, part));
        try {
            SymbolLookup openMp = null;
            if (platform.openMp != null) {
                openMp = SymbolLookup.libraryLookup(folder.resolve(platform.openMp.name()), Arena.global());
            }
            Path library = folder.resolve(platform.library.name());
            return new Opened(SymbolLookup.libraryLookup(library, Arena.global()), openMp);
        } catch (IllegalArgumentException e) {
            throw new UserError(
                    "The matrix library " + folder.resolve(platform.library.name())
                            + " could not be loaded: its system libraries are missing or too old (it needs glibc and"
                            + " libstdc++ on Linux), or programs may not be run from there; use a current 64-bit"
                            + " system, or name another folder in the environment variable RHN4J_CACHE.",
                    e);
        }
    }

    static Platform platformOf(String operatingSystem, String architecture) {
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

    private static InputStream stream(Platform platform, String part) throws IOException {
        String resource = FOLDER + platform.name + "/" + part;
        ClassLoader own = NativeLibrary.class.getClassLoader();
        InputStream stream = own == null ? null : own.getResourceAsStream(resource);
        if (stream == null) {
            ClassLoader callers = Thread.currentThread().getContextClassLoader();
            stream = callers == null ? null : callers.getResourceAsStream(resource);
        }
        if (stream == null) {
            stream = fromModulePath(platform, resource);
        }
        if (stream == null) {
            throw new UserError("The matrix library for " + platform.name + " is neither on the class path nor on the"
                    + " module path; add the dependency org.bytedeco:dnnl:" + OneDnn.LIBRARY_VERSION
                    + " with classifier " + platform.name + ".");
        }
        return stream;
    }

    /**
     * The jar is a module that requires another, which nothing here needs, so that it cannot be resolved; it can be
     * read where it lies.
     */
    private static @Nullable InputStream fromModulePath(Platform platform, String resource) throws IOException {
        String path = System.getProperty("jdk.module.path", "");
        if (path.isEmpty()) {
            return null;
        }
        Path[] entries = Arrays.stream(path.split(Pattern.quote(System.getProperty("path.separator"))))
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .toArray(Path[]::new);
        Optional<ModuleReference> found =
                ModuleFinder.of(entries).find("org.bytedeco.dnnl." + platform.name.replace('-', '.'));
        if (found.isEmpty()) {
            return null;
        }
        ModuleReader reader = found.get().open();
        InputStream stream = reader.open(resource).orElse(null);
        if (stream == null) {
            reader.close();
            return null;
        }
        return new FilterInputStream(stream) {
            @Override
            public void close() throws IOException {
                super.close();
                reader.close();
            }
        };
    }
}
