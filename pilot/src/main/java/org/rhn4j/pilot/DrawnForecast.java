package org.rhn4j.pilot;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A window for drawing: past, truth and what the contenders forecast.
 *
 * @param series whose window it is
 * @param times time stamps of past and truth
 * @param values true values in the same order; null where one is missing
 * @param horizon how many of them lie after the origin, at the end
 * @param quantiles which quantiles were forecast, ascending
 * @param lines one for each contender that is drawn
 */
public record DrawnForecast(
        String series,
        List<String> times,
        List<@Nullable Double> values,
        int horizon,
        double[] quantiles,
        List<Line> lines) {
    /** Copies the lists. */
    public DrawnForecast {
        times = List.copyOf(times);
        values = Collections.unmodifiableList(new ArrayList<>(values)); // copyOf refuses null
        lines = List.copyOf(lines);
    }

    /**
     * What one contender forecast.
     *
     * @param values values[quantile][step], in the target's unit
     */
    public record Line(ContenderName name, double[][] values) {}
}
