package org.rhn4j.tasks.failure;

import java.util.ArrayList;
import java.util.List;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.tasks.histories.History;
import org.rhn4j.tasks.histories.HistorySchema;
import org.rhn4j.tasks.histories.HistorySet;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;

/** Machines that wear out: two noisy measurements rise with the square of the share of the life that is over; one stays. */
final class Machines {
    static final HistorySchema SCHEMA =
            HistorySchema.of("machine").withTime("hour").withFeatures(List.of("temperature", "vibration", "flat"));

    private Machines() {}

    /** Histories of 25 to 60 rows that end in a failure. */
    static HistorySet set(int count, long seed) {
        RandomSource random = new RandomSource(seed);
        List<History> units = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int life = 25 + (int) (random.split(i).uniformDouble(0) * 36);
            units.add(history("m" + i, life, random.split(i)));
        }
        return new HistorySet(
                SCHEMA,
                ReadingOptions.AUTOMATIC,
                Frequency.STEPS,
                null,
                units,
                units.stream().mapToLong(History::length).sum());
    }

    private static History history(String name, int life, RandomSource random) {
        double[][] rows = new double[life][];
        long[] stamps = new long[life];
        for (int t = 0; t < life; t++) {
            double wear = Math.pow(t / (double) life, 2);
            double first = random.uniformDouble(2L * t + 1) - 0.5;
            double second = random.uniformDouble(2L * t + 2) - 0.5;
            rows[t] = new double[] {20 + 8 * wear + first, 1 + 2 * wear + 0.4 * second, 7};
            stamps[t] = t + 1;
        }
        return new History(name, stamps, rows, HistorySchema.ENDED);
    }
}
