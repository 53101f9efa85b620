package org.rhn4j.pilot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Contenders with made-up errors. */
final class PilotFixtures {
    private PilotFixtures() {}

    /** One run for each row of window errors; its validation error is their mean. */
    static Contender contender(ContenderName name, double[]... errorsBySeed) {
        List<SeedRun> runs = new ArrayList<>();
        for (double[] errors : errorsBySeed) {
            double mean = Arrays.stream(errors).average().orElseThrow();
            Accuracy accuracy = new Accuracy(mean, 10, 5, 0.1, 0.8);
            runs.add(new SeedRun(runs.size() + 1, mean, accuracy, errors, 20, 300, List.of()));
        }
        return new Contender(name, 32, 10_000, runs, new Cost(100, 1, 1, 2, 40_000, 80_000, 0.02, 0.03));
    }

    /** A contender whose seeds and windows hardly differ: each error is the given one, give or take 0.1 %. */
    static Contender sure(ContenderName name, double error) {
        return contender(name, around(error, 1), around(error, 2), around(error, 3));
    }

    /** A contender whose seeds lie 20 % apart. */
    static Contender unsure(ContenderName name, double error) {
        return contender(name, around(0.8 * error, 1), around(error, 2), around(1.2 * error, 3));
    }

    private static double[] around(double error, int seed) {
        return IntStream.range(0, 8)
                .mapToDouble(w -> error * (1 + 0.001 * ((w * 3 + seed) % 3 - 1)))
                .toArray();
    }

    /** As many windows as {@link #sure} has errors, two to a block. */
    static List<TestWindow> windows() {
        return windows(0, 0, 1, 1, 2, 2, 3, 3);
    }

    static List<TestWindow> windows(int... blocks) {
        return Arrays.stream(blocks)
                .mapToObj(block -> new TestWindow("births", "2014-01-0" + (block + 1), block))
                .toList();
    }
}
