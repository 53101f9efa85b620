package org.rhn4j.tasks.forecast.simple;

import java.util.stream.IntStream;

/** Moments to forecast from. */
final class Origins {
    private Origins() {}

    /** Those whose horizon lies within rows {@code from} to {@code to} (not included), a number of rows apart. */
    static int[] between(int from, int to, int horizon, int step) {
        int count = to - from - horizon < 0 ? 0 : (to - from - horizon) / step + 1;
        return IntStream.range(0, count).map(i -> from + i * step).toArray();
    }
}
