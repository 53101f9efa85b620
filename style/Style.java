import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Compares every Java source in the given folders with what the formatter makes of it, or replaces it by that. */
public final class Style {
    private static final Formatter FORMATTER = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .formatJavadoc(false)
            .build());

    private Style() {}

    public static void main(String[] arguments) throws IOException {
        boolean apply = arguments[0].equals("apply");
        List<Path> sources = new ArrayList<>();
        for (String folder : List.of(arguments).subList(1, arguments.length)) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        List<String> faults = sources.parallelStream()
                .map(source -> visit(source, apply))
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        faults.forEach(fault -> System.out.println("style: " + fault));
        if (!faults.isEmpty()) {
            System.out.println("style: to lay the sources out, run: mvn -q -pl style verify -Dstyle=apply");
            System.exit(1);
        }
    }

    private static String visit(Path source, boolean apply) {
        try {
            String before = Files.readString(source);
            String after = FORMATTER.formatSourceAndFixImports(before);
            if (before.equals(after)) {
                return null;
            }
            if (!apply) {
                return source + " is not laid out as the formatter has it";
            }
            Files.writeString(source, after);
            return null;
        } catch (FormatterException e) {
            return source + " is not Java that the formatter can read: " + e.getMessage();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
