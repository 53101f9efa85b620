package org.rhn4j.tasks.histories;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.numbers.RandomSource;

/**
 * Units to train on and others to validate on; no unit has rows in both.
 *
 * @param train at least one
 * @param validation may be empty
 */
public record HistorySplit(List<History> train, List<History> validation) {
    /**
     * @throws UserError if a unit is in both parts
     */
    public HistorySplit {
        train = List.copyOf(train);
        validation = List.copyOf(validation);
        for (History held : validation) {
            if (train.stream().anyMatch(each -> each.unit().equals(held.unit()))) {
                throw new UserError("The unit \"%s\" is both to train and to validate on; let it be one of both."
                        .formatted(held.unit()));
            }
        }
    }

    /**
     * Draws units to validate on.
     *
     * @param share of the units that are held back, in [0, 1); at least one where it is above 0
     * @throws UserError if too few units are left to train on
     */
    public static HistorySplit random(List<History> units, double share, RandomSource random) {
        requireShare(share);
        int held = share == 0 ? 0 : Math.max(1, (int) Math.round(share * units.size()));
        if (held >= units.size()) {
            throw new UserError(
                    "There are %d units, and %d to hold back for validation; give more histories, or hold back fewer."
                            .formatted(units.size(), held));
        }
        return of(units, random, held, 0);
    }

    private static void requireShare(double share) {
        if (!(share >= 0 && share < 1)) {
            throw new UserError(
                    "The share of units to validate on must be from 0 to below 1, not %s.".formatted(share));
        }
    }

    /**
     * One of several splits in which each unit is validated on once.
     *
     * @param fold from 0 to {@code folds} − 1
     */
    public static HistorySplit fold(List<History> units, int fold, int folds, RandomSource random) {
        int from = (int) ((long) units.size() * fold / folds);
        int to = (int) ((long) units.size() * (fold + 1) / folds);
        return of(units, random, to - from, from);
    }

    /** Both parts with some of the features of the set that they are from. */
    public HistorySplit select(HistorySet from, List<String> features) {
        return new HistorySplit(
                from.with(train).select(features).units(),
                from.with(validation).select(features).units());
    }

    private static HistorySplit of(List<History> units, RandomSource random, int held, int from) {
        List<History> shuffled = shuffled(units, random);
        List<History> train = new ArrayList<>(shuffled.subList(0, from));
        train.addAll(shuffled.subList(from + held, shuffled.size()));
        return new HistorySplit(train, shuffled.subList(from, from + held));
    }

    private static List<History> shuffled(List<History> units, RandomSource random) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < units.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingLong((Integer i) -> random.bits(i)));
        return order.stream().map(units::get).toList();
    }
}
