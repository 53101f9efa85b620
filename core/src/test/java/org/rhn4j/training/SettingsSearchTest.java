package org.rhn4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.rhn4j.training.SettingsSearch.Candidate;
import org.rhn4j.training.SettingsSearch.Setting;

class SettingsSearchTest {
    private static final Candidate FIRST = new Candidate(4e-3, 12_000, 3, -1);
    private static final Set<Setting> ALL = EnumSet.allOf(Setting.class);

    private final List<Candidate> tried = new ArrayList<>();

    /** A loss that is lowest at a rate, length, depth and bias, and the same everywhere else it is not. */
    private static ToDoubleFunction<Candidate> lowestAt(double rate, double updates, double depth, double bias) {
        return c -> Math.abs(Math.log(c.rate() / rate))
                + Math.abs(Math.log(c.updates() / updates))
                + Math.abs(c.depth() - depth)
                + Math.abs(c.bias() - bias);
    }

    private SettingsSearch search(Candidate first, Set<Setting> free, ToDoubleFunction<Candidate> loss) {
        SettingsSearch search = new SettingsSearch(first, free, candidate -> {
            tried.add(candidate);
            return loss.applyAsDouble(candidate);
        });
        search.run();
        return search;
    }

    @Test
    void everySettingIsFoundAboveAndBelow() {
        assertThat(search(FIRST, ALL, lowestAt(1.6e-2, 12_000, 5, -3)).best())
                .isEqualTo(new Candidate(1.6e-2, 12_000, 5, -3));
        assertThat(search(FIRST, ALL, lowestAt(5e-4, 375, 1, 0)).best()).isEqualTo(new Candidate(5e-4, 375, 1, 0));
    }

    @Test
    void nothingIsTriedTwiceAndNothingLongerThanAllowed() {
        search(FIRST, ALL, lowestAt(8e-3, 3_000, 8, -2));
        assertThat(new HashSet<>(tried)).hasSameSizeAs(tried);
        assertThat(tried).allMatch(candidate -> candidate.updates() <= 12_000);
        assertThat(tried.getFirst()).isEqualTo(new Candidate(4e-3, SettingsSearch.SHORT, 3, -1));
        assertThat(tried).hasSizeLessThan(20);
    }

    @Test
    void whatIsNotFreeStaysAsItIs() {
        search(FIRST, EnumSet.of(Setting.LENGTH), lowestAt(1e-3, 6_000, 1, 1));
        assertThat(tried).allMatch(c -> c.rate() == 4e-3 && c.depth() == 3 && c.bias() == -1);
        tried.clear();
        search(FIRST, EnumSet.of(Setting.DEPTH), lowestAt(1e-3, 6_000, 8, 1));
        assertThat(tried).allMatch(c -> c.rate() == 4e-3 && c.updates() == 12_000 && c.bias() == -1);
        tried.clear();
        SettingsSearch rates =
                search(FIRST, EnumSet.of(Setting.RATE), c -> Math.abs(Math.log(c.rate() / 2e-3)) - c.updates());
        assertThat(rates.best())
                .as("the best rate is trained at full length")
                .isEqualTo(new Candidate(2e-3, 12_000, 3, -1));
        tried.clear();
        search(FIRST, Set.of(), lowestAt(1, 1, 1, 1));
        assertThat(tried).containsExactly(FIRST);
    }

    @Test
    void aValueBesideTheLadderHasNeighboursOnIt() {
        Candidate between = new Candidate(3e-3, 12_000, 4, -1.5);
        Candidate best = search(between, ALL, lowestAt(2e-3, 1_500, 3, -2)).best();
        assertThat(best).isEqualTo(new Candidate(2e-3, 1_500, 3, -2));
        // one that is best already stays
        assertThat(search(between, ALL, lowestAt(3e-3, 1_500, 4, -1.5)).best().depth())
                .isEqualTo(4);
    }

    @Test
    void noLossEndsTheSearchWithTheBestSoFar() {
        SettingsSearch search = new SettingsSearch(FIRST, ALL, candidate -> {
            tried.add(candidate);
            return tried.size() < 3 ? 10 - tried.size() : Double.NaN;
        });
        search.run();
        assertThat(tried).hasSize(3);
        assertThat(search.best()).isEqualTo(tried.get(1));
        assertThat(search.bestLoss()).isEqualTo(8);
        SettingsSearch none = new SettingsSearch(FIRST, ALL, candidate -> Double.NaN);
        none.run();
        assertThat(none.bestLoss()).isInfinite();
    }
}
