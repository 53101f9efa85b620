package org.rhn4j.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void quantiles_areTimesThatWereMeasured() {
        Latencies times = Latencies.of(
                LongStream.rangeClosed(1, 200).map(i -> (201 - i) * 1_000_000).toArray());

        assertThat(times.quantileMilliseconds(0.5)).isCloseTo(100, within(1e-9));
        assertThat(times.quantileMilliseconds(0.99)).isCloseTo(198, within(1e-9));
        assertThat(times.quantileMilliseconds(1)).isCloseTo(200, within(1e-9));
        assertThat(times.meanMilliseconds()).isCloseTo(100.5, within(1e-9));
    }

    @Test
    void measure_withoutTime_timesTheFewestWanted() {
        AtomicInteger calls = new AtomicInteger();

        Latencies times = Latencies.measure(i -> calls.incrementAndGet(), 0, 37, () -> false);

        assertThat(times.count()).isEqualTo(37);
        assertThat(calls.get()).isGreaterThan(37);
    }

    @Test
    void measure_ofWorkThatTakesTime_tellsHowLong() {
        Latencies times = Latencies.measure(i -> sleep(), 0.05, 5, () -> false);

        assertThat(times.quantileMilliseconds(0.5)).isBetween(2.0, 200.0);
    }

    @Test
    void measure_whenStopped_ends() {
        assertThat(Latencies.measure(i -> {}, 1e9, 5, () -> true).count()).isZero();
    }

    private static void sleep() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
