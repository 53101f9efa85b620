package org.rhn4j.tasks.failure;

import org.rhn4j.UserError;
import org.rhn4j.tasks.histories.History;
import org.rhn4j.tasks.histories.HistorySet;
import org.rhn4j.tasks.histories.HistorySplit;

/**
 * What a predictor is made of and learns from: the units have the configuration's features, in its order.
 *
 * @param configuration made by {@link FailurePlan#prepare}
 * @param split the units
 */
public record FailureData(FailureConfiguration configuration, HistorySplit split) {
    /**
     * @throws UserError if no unit to train on has failed
     */
    public FailureData {
        if (split.train().stream().noneMatch(History::hasOutcome)) {
            throw new UserError(
                    "None of the %d units to train on failed, so there is no failure to learn from; give histories that end with one, or validate on fewer units."
                            .formatted(split.train().size()));
        }
    }

    /**
     * Other units with the configuration's features alone, in its order.
     *
     * @throws UserError if a feature is missing
     */
    public HistorySet select(HistorySet set) {
        return set.select(configuration.features());
    }
}
