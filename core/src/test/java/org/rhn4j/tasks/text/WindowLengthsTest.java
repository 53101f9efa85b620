package org.rhn4j.tasks.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rhn4j.training.TrainingSettings;

class WindowLengthsTest {
    private static final TrainingSettings SETTINGS =
            TrainingSettings.builder().window(35).windowDeviation(5).seed(4).build();

    private static int[] lengths(WindowLengths windows, int epoch) {
        return IntStream.range(0, windows.count(epoch))
                .map(i -> windows.length(epoch, i))
                .toArray();
    }

    @Test
    void withoutDeviation_allAreOfOneLength() {
        WindowLengths windows =
                new WindowLengths(SETTINGS.toBuilder().windowDeviation(0).build(), 100);
        assertThat(lengths(windows, 0)).containsExactly(35, 35);
        assertThat(windows.longest()).isEqualTo(35);
        assertThat(windows.start(7, 1)).isEqualTo(35);
    }

    @Test
    void withDeviation_theyFollowOneAnotherAndHaveTheDistributionOfThePaper() {
        WindowLengths windows = new WindowLengths(SETTINGS, 400_000);
        int[] lengths = lengths(windows, 0);
        int at = 0;
        for (int i = 0; i < lengths.length; i++) {
            assertThat(windows.start(0, i)).isEqualTo(at);
            at += lengths[i];
        }
        assertThat(at).isEqualTo(windows.steps(0)).isBetween(400_000 - windows.longest(), 400_000);
        assertThat(Arrays.stream(lengths).min().orElseThrow()).isGreaterThanOrEqualTo(5);
        assertThat(Arrays.stream(lengths).max().orElseThrow()).isEqualTo(windows.longest());
        assertThat(windows.longest()).isEqualTo(45);
        double mean = Arrays.stream(lengths).average().orElseThrow();
        double square = Arrays.stream(lengths)
                .mapToDouble(l -> (l - mean) * (l - mean))
                .average()
                .orElseThrow();
        assertThat(mean).isEqualTo(0.95 * 35 + 0.05 * 17.5, within(0.3));
        assertThat(Math.sqrt(square)).isEqualTo(Math.sqrt(5 * 5 + 0.95 * 0.05 * 17.5 * 17.5), within(0.4));
    }

    @Test
    void epochsDiffer_andTheSameSeedGivesTheSame() {
        WindowLengths windows = new WindowLengths(SETTINGS, 2000);
        int[] first = lengths(windows, 0);
        int[] second = lengths(windows, 1);
        assertThat(second).isNotEqualTo(first);
        assertThat(lengths(windows, 0)).isEqualTo(first);
        assertThat(lengths(new WindowLengths(SETTINGS, 2000), 1)).isEqualTo(second);
        WindowLengths other = new WindowLengths(SETTINGS.toBuilder().seed(5).build(), 2000);
        assertThat(lengths(other, 0)).isNotEqualTo(first);
    }
}
