package org.rhn4j.tasks.failure;

import java.util.List;
import org.rhn4j.UserError;

/**
 * What a predictor is made of and learns from: the units have the configuration's features, in its order.
 *
 * @param configuration made by {@link FailurePlan#prepare}
 * @param split the units
 */
public record FailureData(FailureConfiguration configuration, UnitSplit split) {
    /**
     * Other units with the configuration's features alone, in its order.
     *
     * @throws UserError if a feature is missing
     */
    public FailureSet select(FailureSet set) {
        List<String> there = set.schema().features();
        int[] indices =
                configuration.features().stream().mapToInt(there::indexOf).toArray();
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < 0) {
                throw new UserError("There is no feature \"%s\" among %s; the model was trained with it."
                        .formatted(configuration.features().get(i), String.join(", ", there)));
            }
        }
        return set.with(set.units().stream().map(unit -> unit.select(indices)).toList());
    }
}
