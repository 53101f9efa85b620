package org.rhn4j.tasks.failure;

import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.TimeAxis;

/**
 * Histories of units of one kind.
 *
 * @param schema the columns, features found
 * @param reading how the table was read, so that the next one is read the same way
 * @param step stamps from row to row, as most rows keep it; remaining life is counted in it
 * @param zone whose clock tells the stamps, or null
 * @param units in the order of their first rows, at least one
 * @param rows of all units
 */
public record FailureSet(
        FailureSchema schema,
        ReadingOptions reading,
        Frequency step,
        @Nullable ZoneId zone,
        List<UnitHistory> units,
        long rows) {
    public FailureSet {
        units = List.copyOf(units);
    }

    /** Units whose last row is their failure. */
    public int failedUnits() {
        return (int) units.stream().filter(UnitHistory::failed).count();
    }

    /** A stamp as a person reads it. */
    public String stampText(long stamp) {
        return TimeAxis.regular(stamp, step, zone).text(stamp);
    }

    /** The set with other units of the same kind. */
    public FailureSet with(List<UnitHistory> other) {
        return new FailureSet(
                schema,
                reading,
                step,
                zone,
                other,
                other.stream().mapToLong(UnitHistory::length).sum());
    }
}
