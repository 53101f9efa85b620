package org.rhn4j.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Times the real work and its floor in turn, after a warm-up, and gives the medians: a machine whose speed drifts, or
 * that does something else for a moment, then disturbs the ratio little.
 */
final class BenchTimes {
    private final List<Double> work = new ArrayList<>();
    private final List<Double> floor = new ArrayList<>();

    /**
     * Runs both for some time.
     *
     * @param seconds time to measure, after as long again (20 seconds at most) for the compiler to warm up
     * @param task one unit of the work
     * @param products its matrix products alone
     * @param warm called once between warm-up and measurement
     */
    static BenchTimes measure(double seconds, Runnable task, Runnable products, Runnable warm) {
        long warmUntil = System.nanoTime() + (long) (Math.min(seconds, 20) * 1e9);
        int rounds = 0;
        while (System.nanoTime() < warmUntil || rounds < 3) {
            task.run();
            products.run();
            rounds++;
        }
        warm.run();
        BenchTimes times = new BenchTimes();
        long until = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < until || times.work.size() < 3) {
            long start = System.nanoTime();
            task.run();
            long middle = System.nanoTime();
            products.run();
            times.work.add((middle - start) * 1e-9);
            times.floor.add((System.nanoTime() - middle) * 1e-9);
        }
        return times;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int n = sorted.size();
        return n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
    }

    /** Median seconds of one unit of work. */
    double workSeconds() {
        return median(work);
    }

    /** Median seconds of its products. */
    double floorSeconds() {
        return median(floor);
    }

    /** Median of work over floor, pair by pair. */
    double ratio() {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < work.size(); i++) {
            ratios.add(work.get(i) / floor.get(i));
        }
        return median(ratios);
    }

    /** Units of work measured. */
    int count() {
        return work.size();
    }

    /** The most memory that this process has had resident, in bytes; 0 where the system does not say. */
    static long peakResidentBytes() {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
        return 0;
    }
}
