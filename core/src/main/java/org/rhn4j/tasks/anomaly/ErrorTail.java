package org.rhn4j.tasks.anomaly;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How rare a surprise is among those of recent rows: a running threshold that a share {@value #SHARE} of the rows passes, and a
 * generalised Pareto distribution of what lies beyond it (peaks over a threshold: Pickands, "Statistical inference using
 * extreme order statistics", 1975; for streams Siffer et al., "Anomaly detection in streams with extreme value theory",
 * KDD 2017).
 *
 * <p>Memory is three numbers. The threshold moves by a fixed part of the tail's size for each row above or below it, and
 * what lies far beyond counts as lying not so far, so that an anomaly changes the tail little and a lasting change in
 * the data changes it after some hundreds of rows.
 */
final class ErrorTail {
    /** Numbers in {@link #values}. */
    static final int VALUES = 3;

    private static final double SHARE = 0.03;
    private static final double FARTHEST = 8;
    private static final double HEAVIEST = 0.4;
    private static final double SMALLEST = 1e-6;
    private static final int NEAR = 10;
    private static final int MOST_ROWS = 3;
    private static final int ROUNDS = 5;

    private final double memory;
    private double threshold;
    private double meanExcess;
    private double meanSquare;

    /** @param memory rows after which what was learned has faded */
    ErrorTail(double memory) {
        this.memory = memory;
        meanExcess = 1;
        meanSquare = 2;
    }

    /**
     * Begins anew with what the surprises of some rows show. Rows beyond the threshold that are near each other are one
     * event, and no event counts for more than {@value #MOST_ROWS} rows: an anomaly of many rows among them must not pass
     * for a usual tail.
     *
     * @param surprises in order of time, at least one
     */
    void fit(double[] surprises) {
        boolean[] counts = new boolean[surprises.length];
        Arrays.fill(counts, true);
        // where rows no longer count the threshold falls, so that others may be of an event
        for (int round = 0; round < ROUNDS; round++) {
            double[] sorted = IntStream.range(0, surprises.length)
                    .filter(row -> counts[row])
                    .mapToDouble(row -> surprises[row])
                    .sorted()
                    .toArray();
            int beyond = Math.max(1, (int) Math.round(sorted.length * SHARE));
            threshold = sorted[Math.max(0, sorted.length - beyond - 1)];
            leaveOutLongEvents(surprises, counts);
        }
        double[] excesses = IntStream.range(0, surprises.length)
                .filter(row -> counts[row] && surprises[row] > threshold)
                .mapToDouble(row -> surprises[row] - threshold)
                .toArray();
        double farthest =
                FARTHEST * Math.max(SMALLEST, Arrays.stream(excesses).average().orElse(0));
        double sum = 0;
        double squares = 0;
        for (double each : excesses) {
            double excess = Math.min(each, farthest);
            sum += excess;
            squares += excess * excess;
        }
        int rows = Math.max(1, excesses.length);
        meanExcess = Math.max(SMALLEST, sum / rows);
        meanSquare = Math.max(2 * SMALLEST * SMALLEST, squares / rows);
    }

    private void leaveOutLongEvents(double[] surprises, boolean[] counts) {
        int last = -NEAR - 1;
        int ofEvent = 0;
        for (int row = 0; row < surprises.length; row++) {
            counts[row] = true;
            if (surprises[row] > threshold) {
                ofEvent = row - last > NEAR ? 1 : ofEvent + 1;
                counts[row] = ofEvent <= MOST_ROWS;
                last = row;
            }
        }
    }

    /** The wider of two tails, number by number: of rows that the network has learned and rows that it has not. */
    void widen(ErrorTail other) {
        threshold = Math.max(threshold, other.threshold);
        if (other.meanExcess > meanExcess) {
            meanExcess = other.meanExcess;
            meanSquare = other.meanSquare;
        }
    }

    /** The probability that a row is as surprising as this or more; 1 at no surprise, never 0. */
    double probability(double surprise) {
        if (surprise <= threshold) {
            return threshold <= 0 ? 1 : Math.pow(SHARE, Math.max(0, surprise) / threshold);
        }
        double variance = meanSquare - meanExcess * meanExcess;
        double shape = variance <= 0 ? 0 : (1 - meanExcess * meanExcess / variance) / 2;
        shape = Math.clamp(shape, 0, HEAVIEST);
        double excess = surprise - threshold;
        double scale = meanExcess * (1 - shape);
        double survival = shape < 1e-6 ? Math.exp(-excess / scale) : Math.pow(1 + shape * excess / scale, -1 / shape);
        return Math.max(Double.MIN_NORMAL, SHARE * survival);
    }

    /** Learns from the surprise of one row. */
    void add(double surprise) {
        boolean beyond = surprise > threshold;
        if (beyond) {
            double excess = Math.min(surprise - threshold, FARTHEST * meanExcess);
            double rate = 1 / (memory * SHARE);
            meanExcess = Math.max(SMALLEST, meanExcess + rate * (excess - meanExcess));
            meanSquare = meanSquare + rate * (excess * excess - meanSquare);
        }
        threshold += meanExcess / (SHARE * memory) * ((beyond ? 1 : 0) - SHARE);
    }

    /** What it has learned, for saving. */
    double[] values() {
        return new double[] {threshold, meanExcess, meanSquare};
    }

    /** Sets what {@link #values} gave. */
    void setValues(double[] from, int at) {
        threshold = from[at];
        meanExcess = from[at + 1];
        meanSquare = from[at + 2];
    }
}
