package org.rhn4j.pilot;

import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Times of single forecasts, every one of them kept: quantiles are exact.
 *
 * @param nanoseconds of each, ascending
 */
record Latencies(long[] nanoseconds) {
    /** Forecasts before the first that counts. */
    private static final int WARM_UP = 20;

    private static final int MOST = 1_000_000;

    /**
     * Times forecasts one after the other, on this thread.
     *
     * @param forecast makes the i-th; what varies between forecasts is to vary with i
     * @param seconds how long to go on
     * @param fewest forecasts even where these take longer
     * @param stopped ends the timing
     */
    static Latencies measure(IntConsumer forecast, double seconds, int fewest, BooleanSupplier stopped) {
        for (int i = 0; i < WARM_UP && !stopped.getAsBoolean(); i++) {
            forecast.accept(i);
        }
        long[] times = new long[1024];
        int n = 0;
        long begin = System.nanoTime();
        long now = begin;
        while (n < MOST && (n < fewest || now - begin < seconds * 1e9) && !stopped.getAsBoolean()) {
            long start = System.nanoTime();
            forecast.accept(n);
            now = System.nanoTime();
            times = n == times.length ? Arrays.copyOf(times, 2 * n) : times;
            times[n++] = now - start;
        }
        return of(Arrays.copyOf(times, n));
    }

    static Latencies of(long... unsorted) {
        long[] sorted = unsorted.clone();
        Arrays.sort(sorted);
        return new Latencies(sorted);
    }

    int count() {
        return nanoseconds.length;
    }

    double meanMilliseconds() {
        return Arrays.stream(nanoseconds).average().orElse(Double.NaN) * 1e-6;
    }

    /** The time that a share of the forecasts did not exceed: the smallest such time that was measured. */
    double quantileMilliseconds(double share) {
        int rank = (int) Math.ceil(share * nanoseconds.length);
        return nanoseconds[Math.clamp(rank - 1, 0, nanoseconds.length - 1)] * 1e-6;
    }
}
