package org.rhn4j.pilot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A contender with all that was measured of it.
 *
 * @param hiddenSize units of its layer; 0 for naive forecasts
 * @param parameters trainable numbers
 * @param cost what a forecast takes; null where the pilot was stopped before it was measured
 */
public record Contender(
        ContenderName name,
        int hiddenSize,
        long parameters,
        List<SeedRun> runs,
        @Nullable Cost cost) {
    /** Copies the list. */
    public Contender {
        runs = List.copyOf(runs);
    }

    /** Mean error over seeds and test windows. */
    public double error() {
        return runs.stream().mapToDouble(SeedRun::error).average().orElse(Double.NaN);
    }

    /** Mean MASE on the validation part. */
    public double validationError() {
        return runs.stream().mapToDouble(SeedRun::validationError).average().orElse(Double.NaN);
    }
}
