package org.rhn4j.pilot;

import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;

/** Cuts the data of a pilot by time: the last part to test on, the one before to choose by, the rest to train on. */
final class PilotSplit {
    private static final double TEST = 0.15;
    private static final double MOST_TEST = 0.3;
    private static final double VALIDATION = 0.1;
    /** Windows that tell how much windows differ: so many are tested where the data allows. */
    private static final int WANTED_WINDOWS = 4;

    private static final int FEWEST_WINDOWS = 2;

    private PilotSplit() {}

    /**
     * The parts of each series. All are cut at the same two moments.
     *
     * @throws UserError if the longest series is too short for the horizon
     */
    static List<TimeSplit.Parts> of(SeriesSet set, int horizon) {
        int rows = set.series().stream().mapToInt(Series::observedLength).max().orElse(0);
        int fewest = fewestRows(horizon);
        if (rows < fewest) {
            int longest = (rows - 10) / 5;
            boolean shorter = longest >= 1;
            throw new UserError(
                    "A pilot with a horizon of %d rows needs a series of at least %d rows, to train on the first, choose by the next and test on the last; the longest here has %d: give a longer one%s."
                            .formatted(
                                    horizon,
                                    fewest,
                                    rows,
                                    shorter ? ", or a horizon of at most %d".formatted(longest) : ""),
                    shorter ? List.of("horizon " + longest) : List.of());
        }
        int test = testRows(rows, horizon);
        int validation = Math.max(horizon, (int) Math.ceil(VALIDATION * rows));
        // Half a row early, so that rounding cannot move the cut behind the row that it is meant for.
        double train = (rows - test - validation - 0.5) / rows;
        return new TimeSplit.Fractions(train, validation / (double) rows).of(set);
    }

    /** Rows that a pilot needs. */
    static int fewestRows(int horizon) {
        return 5 * horizon + 10;
    }

    private static int testRows(int rows, int horizon) {
        double wanted = Math.max(TEST * rows, WANTED_WINDOWS * horizon);
        return (int) Math.max(FEWEST_WINDOWS * horizon, Math.min(wanted, MOST_TEST * rows));
    }
}
