package org.rhn4j.tasks.histories;

import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.Scaling;

/**
 * What of a unit's rows enters the network: of each feature the scaled value and, over several spans, its running mean
 * and running deviation; see {@link HistoryEncoder}.
 *
 * @param scaling of the features, C
 * @param spans of the running means, in rows, K
 * @param deviations whether the running deviations enter, too
 */
public record HistoryEncoding(Scaling scaling, List<Integer> spans, boolean deviations) {
    private static final int LONGEST_SPAN = 100_000;

    /**
     * @throws UserError if a span is not from 2 to 100 000 rows
     */
    public HistoryEncoding {
        spans = List.copyOf(spans);
        for (int span : spans) {
            if (span < 2 || span > LONGEST_SPAN) {
                throw new UserError(
                        "The setting smoothing is %d, but must be from 2 to %d rows.".formatted(span, LONGEST_SPAN));
            }
        }
    }

    /** An encoding whose scaling is that of all rows of some units. */
    public static HistoryEncoding fit(List<History> units, List<Integer> spans, boolean deviations) {
        double[][] columns = History.columns(units);
        return new HistoryEncoding(
                Scaling.fit(Scaling.Kind.STANDARD, columns, 0, columns[0].length), spans, deviations);
    }

    /** The number of features C. */
    public int features() {
        return scaling.center().length;
    }

    /** The number of values that enter at a row, F. */
    public int inputSize() {
        return features() * (1 + (deviations ? 2 : 1) * spans.size());
    }
}
