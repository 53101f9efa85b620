package org.rhn4j.tasks.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.rhn4j.numbers.RandomSource;

class ErrorTailTest {
    private static double[] exponential(int count, double mean, long seed) {
        RandomSource random = new RandomSource(seed);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = -mean * Math.log(1 - random.uniformDouble(i));
        }
        return values;
    }

    @Test
    void fitFindsTheProbabilitiesOfAnExponential() {
        ErrorTail tail = new ErrorTail(2000);
        tail.fit(exponential(20_000, 2, 1));
        for (double p : new double[] {0.03, 0.01, 1e-3, 1e-4}) {
            double surprise = -2 * Math.log(p);
            assertThat(Math.log10(tail.probability(surprise))).isCloseTo(Math.log10(p), within(0.25));
        }
    }

    @Test
    void fitTakesAnEventOfManyRowsForOne() {
        double[] usual = exponential(4000, 1, 1);
        ErrorTail clean = new ErrorTail(2000);
        clean.fit(usual);
        double[] withEvent = usual.clone();
        for (int row = 3000; row < 3100; row++) {
            withEvent[row] = 40;
        }
        ErrorTail tail = new ErrorTail(2000);
        tail.fit(withEvent);
        // a hundred of four thousand rows would make it one row in forty
        assertThat(tail.probability(40)).isLessThan(1e-4);
        assertThat(Math.log10(tail.probability(9.2))).isCloseTo(Math.log10(clean.probability(9.2)), within(1.0));
    }

    @Test
    void streamingFollowsAChangeOfScale() {
        ErrorTail tail = new ErrorTail(2000);
        tail.fit(exponential(5000, 1, 1));
        for (double surprise : exponential(20_000, 5, 2)) {
            tail.add(surprise);
        }
        double surprise = -5 * Math.log(1e-3);
        assertThat(Math.log10(tail.probability(surprise))).isCloseTo(-3, within(0.5));
    }

    @Test
    void falseAlarmsComeAtAboutTheRateAskedFor() {
        ErrorTail tail = new ErrorTail(2000);
        tail.fit(exponential(2000, 1, 3));
        int alarms = 0;
        double[] usual = exponential(200_000, 1, 4);
        for (double surprise : usual) {
            alarms += tail.probability(surprise) <= 1e-3 ? 1 : 0;
            tail.add(surprise);
        }
        assertThat(alarms / (double) usual.length).isBetween(0.4e-3, 2.5e-3);
    }

    @Test
    void oneHugeSurpriseChangesLittle() {
        ErrorTail tail = new ErrorTail(2000);
        tail.fit(exponential(5000, 1, 1));
        double before = tail.probability(10);
        tail.add(1e9);
        assertThat(Math.log10(tail.probability(10))).isCloseTo(Math.log10(before), within(0.6));
        assertThat(tail.probability(1e9)).isPositive().isLessThan(1e-12);
    }

    @Test
    void probabilityFallsAsSurpriseRises() {
        ErrorTail tail = new ErrorTail(2000);
        tail.fit(exponential(3000, 1, 5));
        double last = 1;
        for (double surprise = 0; surprise < 60; surprise += 0.01) {
            double probability = tail.probability(surprise);
            assertThat(probability).isLessThanOrEqualTo(last).isPositive();
            last = probability;
        }
    }

    @Test
    void surprisesThatAreAllTheSameAreNoRarity() {
        ErrorTail tail = new ErrorTail(2000);
        tail.fit(new double[500]);
        assertThat(tail.probability(0)).isEqualTo(1);
        assertThat(tail.probability(1)).isLessThan(0.03).isPositive();
    }
}
