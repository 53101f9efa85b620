package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.rhn4j.numbers.RandomSource;

/**
 * Lyapunov exponents by the QR method (Benettin et al., 1980; for recurrent networks: Engelken, Wolf, Abbott, 2023): k
 * tangents per sequence go through each step's derivative and are orthonormalised after it; the mean logarithms of the
 * lengths that this takes away are the exponents.
 *
 * <p>Use: {@link #tangents} through a step, then {@link #stepDone}, again and again.
 */
final class LyapunovEstimator {
    /** Steps in a block, over which errors are taken. */
    private static final int BLOCK = 32;
    /** A length that counts as nothing left: f32 flushes smaller products to zero. */
    private static final double SMALLEST = 1e-30;

    private final int sequences;
    private final int count;
    private final int size;
    private final int transientSteps;
    private final float[] tangents;
    private final RandomSource random;
    private long steps;
    private final double[][] blockSums;
    private final List<double[]> blockMeans = new ArrayList<>();

    /**
     * @param sequences B
     * @param count exponents wanted; at most {@code size} are computed
     * @param size numbers of a state
     * @param transientSteps first steps that only turn the tangents into the leading directions
     */
    LyapunovEstimator(int sequences, int count, int size, int transientSteps, long seed) {
        this.sequences = sequences;
        this.count = Math.min(count, size);
        this.size = size;
        this.transientSteps = transientSteps;
        tangents = new float[sequences * this.count * size];
        blockSums = new double[sequences][this.count];
        random = new RandomSource(seed).split("lyapunov");
        for (int i = 0; i < tangents.length; i++) {
            tangents[i] = random.uniform(i) - 0.5f;
        }
        for (int b = 0; b < sequences; b++) {
            orthonormalize(b, new double[this.count]);
        }
    }

    /** Exponents that are computed, k. */
    int count() {
        return count;
    }

    /** The tangents [B·k, size], to be carried through a step in place: k rows for each sequence. */
    float[] tangents() {
        return tangents;
    }

    /** Orthonormalises the tangents after a step, the sequences shared by a team, and counts what they grew by. */
    void stepDone(MatrixProducts products) {
        products.rows(sequences, this::orthonormalizeAll);
        countStep();
    }

    /** {@link #stepDone(MatrixProducts)} by this thread. */
    void stepDone() {
        orthonormalizeAll(0, sequences);
        countStep();
    }

    private void orthonormalizeAll(int from, int to) {
        for (int b = from; b < to; b++) {
            orthonormalize(b, steps >= transientSteps ? blockSums[b] : new double[count]);
        }
    }

    private void countStep() {
        steps++;
        long counted = steps - transientSteps;
        if (counted > 0 && counted % BLOCK == 0) {
            endBlock(BLOCK);
        }
    }

    private void endBlock(int length) {
        for (double[] sums : blockSums) {
            blockMeans.add(Arrays.stream(sums).map(sum -> sum / length).toArray());
            Arrays.fill(sums, 0);
        }
    }

    /** Modified Gram–Schmidt, twice, since once loses digits of tangents that have almost aligned. */
    private void orthonormalize(int sequence, double[] logarithms) {
        for (int k = 0; k < count; k++) {
            int at = (sequence * count + k) * size;
            double length = project(sequence, k, at);
            if (length < SMALLEST) {
                logarithms[k] += Math.log(SMALLEST);
                length = replace(sequence, k, at);
            } else {
                logarithms[k] += Math.log(length);
            }
            for (int i = 0; i < size; i++) {
                tangents[at + i] = (float) (tangents[at + i] / length);
            }
        }
    }

    /** Takes from a tangent what lies along those before it; returns the length that is left. */
    private double project(int sequence, int k, int at) {
        for (int pass = 0; pass < 2; pass++) {
            for (int other = 0; other < k; other++) {
                int before = (sequence * count + other) * size;
                double product = 0;
                for (int i = 0; i < size; i++) {
                    product += (double) tangents[at + i] * tangents[before + i];
                }
                for (int i = 0; i < size; i++) {
                    tangents[at + i] = (float) (tangents[at + i] - product * tangents[before + i]);
                }
            }
        }
        double squares = 0;
        for (int i = 0; i < size; i++) {
            squares += (double) tangents[at + i] * tangents[at + i];
        }
        return Math.sqrt(squares);
    }

    /** Puts a random direction in place of a tangent of which nothing is left. */
    private double replace(int sequence, int k, int at) {
        double length = 0;
        for (int attempt = 0; length < 1e-3; attempt++) {
            RandomSource fresh = random.split(steps + 1).split(attempt);
            for (int i = 0; i < size; i++) {
                tangents[at + i] = fresh.uniform(at + i) - 0.5f;
            }
            length = project(sequence, k, at);
        }
        return length;
    }

    /**
     * What was measured.
     *
     * @throws IllegalStateException before the first step after the transient
     */
    LyapunovExponents result() {
        long counted = steps - transientSteps;
        if (counted < 1) {
            throw new IllegalStateException("no step has been counted");
        }
        List<double[]> samples = new ArrayList<>(blockMeans);
        double[] means = new double[count];
        double[] errors = new double[count];
        for (int k = 0; k < count; k++) {
            double sum = 0;
            for (double[] sample : samples) {
                sum += sample[k] * BLOCK;
            }
            for (double[] sums : blockSums) {
                sum += sums[k]; // of the block that was begun
            }
            means[k] = sum / (counted * sequences);
            errors[k] = Statistics.standardError(samples, k);
        }
        // the first direction turns towards the fastest growth, but over few steps neighbours may have changed places
        int[] order = IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer k) -> -means[k]))
                .mapToInt(Integer::intValue)
                .toArray();
        return new LyapunovExponents(
                IntStream.of(order).mapToDouble(k -> means[k]).toArray(),
                IntStream.of(order).mapToDouble(k -> errors[k]).toArray(),
                counted * sequences,
                LyapunovExponents.halfLife(means[order[0]]));
    }
}
