package org.rhn4j.tasks.histories;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.TimeAxis;

/**
 * Histories of units of one kind.
 *
 * @param schema the columns, features found
 * @param reading how the table was read, so that the next one is read the same way
 * @param step stamps from row to row, as most rows keep it
 * @param zone whose clock tells the stamps, or null
 * @param units in the order of their first rows, at least one, no name twice
 * @param rows of all units
 */
public record HistorySet(
        HistorySchema schema,
        ReadingOptions reading,
        Frequency step,
        @Nullable ZoneId zone,
        List<History> units,
        long rows) {
    public HistorySet {
        units = List.copyOf(units);
    }

    /** Units of which it is known what became of them. */
    public int known() {
        return (int) units.stream().filter(History::hasOutcome).count();
    }

    /** A stamp as a person reads it. */
    public String stampText(long stamp) {
        return TimeAxis.regular(stamp, step, zone).text(stamp);
    }

    /** The set with other units of the same kind. */
    public HistorySet with(List<History> other) {
        return new HistorySet(
                schema,
                reading,
                step,
                zone,
                other,
                other.stream().mapToLong(History::length).sum());
    }

    /**
     * The set with some of its features, in the given order.
     *
     * @throws UserError if a feature is missing
     */
    public HistorySet select(List<String> features) {
        List<String> there = schema.features();
        int[] indices = features.stream().mapToInt(there::indexOf).toArray();
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < 0) {
                throw new UserError("There is no feature \"%s\" among %s; the model was trained with it."
                        .formatted(features.get(i), String.join(", ", there)));
            }
        }
        HistorySet selected =
                with(units.stream().map(unit -> unit.select(indices)).toList());
        return new HistorySet(schema.withFeatures(features), reading, step, zone, selected.units, rows);
    }

    /** Features that hold one and the same value in all rows of some units, and so tell nothing. */
    public List<String> constantFeatures(List<History> of) {
        List<String> constant = new ArrayList<>();
        double[][] columns = History.columns(of);
        for (int c = 0; c < columns.length; c++) {
            double first = Double.NaN;
            boolean varies = false;
            for (double value : columns[c]) {
                varies |= value != first && !Double.isNaN(first) && !Double.isNaN(value);
                first = Double.isNaN(first) ? value : first;
            }
            if (!varies) {
                constant.add(schema.features().get(c));
            }
        }
        return constant;
    }

    /**
     * The features that are not {@linkplain #constantFeatures constant}.
     *
     * @throws UserError if all are
     */
    public List<String> variedFeatures(List<History> of) {
        List<String> varied = new ArrayList<>(schema.features());
        varied.removeAll(constantFeatures(of));
        if (varied.isEmpty()) {
            throw new UserError(
                    "All features are constant (%s), so there is nothing to learn from; name columns that change."
                            .formatted(String.join(", ", schema.features())));
        }
        return varied;
    }
}
