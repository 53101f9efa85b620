package org.rhn4j.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.store.FileProblems;
import org.rhn4j.tasks.histories.HistoryReader;
import org.rhn4j.tasks.histories.HistorySchema;
import org.rhn4j.tasks.histories.HistorySet;
import org.rhn4j.tasks.series.ReadingOptions;

/**
 * A part of NASA's simulated turbofan engines (C-MAPSS: Saxena, Goebel, Simon, Eklund, "Damage propagation modeling for
 * aircraft engine run-to-failure simulation", 2008): engines that ran to failure, and others cut off before theirs.
 *
 * @param train run to failure
 * @param test cut off
 * @param lives cycles that the test engines had left [engines]
 */
@SuppressWarnings("ArrayRecordComponent")
public record CmapssCorpus(HistorySet train, HistorySet test, double[] lives) {
    /**
     * Reads {@code train_PART.txt}, {@code test_PART.txt} and {@code RUL_PART.txt}: 26 columns set apart by blanks,
     * without a header: engine, cycle, three operating settings, 21 sensors.
     *
     * @param part such as FD001
     * @throws UserError if a file is missing, or is none of these
     */
    public static CmapssCorpus read(Path folder, String part) {
        HistoryReader reader = new HistoryReader(
                HistorySchema.of("c1").withTime("c2"), ReadingOptions.AUTOMATIC.withHeader(false), false);
        Path lives = folder.resolve("RUL_" + part + ".txt");
        HistorySet test = reader.read(folder.resolve("test_" + part + ".txt"));
        double[] left = lives(lives);
        if (left.length != test.units().size()) {
            throw new UserError(
                    "%s has %d lives for the %d engines of the test file beside it; take all from one source."
                            .formatted(lives, left.length, test.units().size()));
        }
        return new CmapssCorpus(reader.read(folder.resolve("train_" + part + ".txt")), test, left);
    }

    private static double[] lives(Path file) {
        FileProblems.requireReadableFile(file);
        try {
            List<String> lines = Files.readAllLines(file);
            List<Double> lives = new ArrayList<>();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (!line.isEmpty()) {
                    lives.add(life(file, i + 1, line));
                }
            }
            return lives.stream().mapToDouble(Double::doubleValue).toArray();
        } catch (IOException e) {
            throw FileProblems.cannotRead(file, e);
        }
    }

    private static double life(Path file, int line, String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new UserError("%s, line %d: \"%s\" is no number of cycles.".formatted(file, line, text));
        }
        return Double.parseDouble(text);
    }
}
