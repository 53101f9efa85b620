package org.rhn4j.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rhn4j.UserError;
import org.rhn4j.store.FileProblems;

/**
 * A set of the zoo of small forecasting sets, its protocol, and what simple methods come to on it, as the README beside
 * the data states them.
 *
 * @param series how many; where there are several, the column {@code series} tells them apart
 * @param season the true one, in rows; 1 for none
 * @param testRows at the end of each series; windows lie a horizon apart
 * @param validationRows before those
 * @param reference MASE of methods by their names in the README's order
 */
record ZooSet(
        String name,
        Path file,
        int series,
        int season,
        int horizon,
        int testRows,
        int validationRows,
        Map<String, Double> reference) {
    static final String SEASONAL_NAIVE = "seasonal naive";

    private static final Pattern NAME = Pattern.compile("`([a-z0-9_]+)`");
    private static final Pattern LEADING = Pattern.compile("\\d+");
    private static final String FIRST_METHOD = "last value";
    private static final String LAST_METHOD = "LightGBM";

    /**
     * Reads the README in a folder.
     *
     * @throws UserError if it is missing, or its tables are not those of the zoo
     */
    static List<ZooSet> read(Path folder) {
        Path readme = folder.resolve("README.md");
        List<ZooSet> sets = new ArrayList<>();
        Map<String, Map<String, Double>> references = new LinkedHashMap<>();
        List<List<String>> rows = lines(readme).stream()
                .filter(line -> line.startsWith("|"))
                .map(ZooSet::cells)
                .toList();
        List<String> header = List.of();
        for (List<String> cells : rows) {
            Matcher name = NAME.matcher(cells.getFirst());
            if (cells.getFirst().equals("set")) {
                header = cells;
            } else if (name.matches() && header.contains("h")) {
                sets.add(new ZooSet(
                        name.group(1),
                        folder.resolve(name.group(1) + ".csv"),
                        number(header, cells, "series × rows"),
                        number(header, cells, "m"),
                        number(header, cells, "h"),
                        number(header, cells, "test rows (windows)"),
                        number(header, cells, "validation rows"),
                        Map.of()));
            } else if (name.matches() && header.contains(LAST_METHOD)) {
                Map<String, Double> figures = new LinkedHashMap<>();
                for (int c = header.indexOf(FIRST_METHOD); c <= header.indexOf(LAST_METHOD); c++) {
                    figures.put(header.get(c), Double.valueOf(cells.get(c).replace("*", "")));
                }
                references.put(name.group(1), figures);
            }
        }
        List<ZooSet> whole = new ArrayList<>();
        for (ZooSet set : sets) {
            Map<String, Double> figures = references.getOrDefault(set.name(), Map.of());
            if (!figures.isEmpty()) {
                whole.add(set.with(figures));
            }
        }
        if (whole.isEmpty() || whole.size() < sets.size()) {
            throw new UserError(
                    "%s does not describe the zoo's sets and the figures of simple methods on them; take the folder as it was published."
                            .formatted(readme));
        }
        return whole;
    }

    private ZooSet with(Map<String, Double> figures) {
        return new ZooSet(name, file, series, season, horizon, testRows, validationRows, figures);
    }

    private static List<String> lines(Path file) {
        FileProblems.requireReadableFile(file);
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw FileProblems.cannotRead(file, e);
        }
    }

    private static List<String> cells(String line) {
        return List.of(line.substring(1).split("\\|")).stream()
                .map(String::strip)
                .toList();
    }

    private static int number(List<String> header, List<String> cells, String column) {
        Matcher digits = LEADING.matcher(cells.get(header.indexOf(column)));
        return digits.find() ? Integer.parseInt(digits.group()) : 0;
    }

    /** What a method came to; NaN where the README does not tell. */
    double reference(String method) {
        return reference.getOrDefault(method, Double.NaN);
    }

    /** The least of all, in hindsight. */
    double best() {
        return reference.values().stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElseThrow();
    }
}
