package org.rhn4j.tasks.series;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.store.NearestName;

/** Turns the time cells of rows into stamps as {@link TimeAxis} counts them. */
final class StampReader {
    private static final int NO_OFFSET = Integer.MIN_VALUE;

    private final List<Integer> columns;
    private final TimeFormat format;
    private final @Nullable ZoneId zone;
    private final boolean newestFirst;
    private final StampParser parser = new StampParser();

    private boolean started;
    private boolean withOffsets;
    private int firstOffset = NO_OFFSET;
    private boolean offsetsVary;
    private boolean sawTimeOfDay;

    /**
     * @param zone whose clock wrote stamps that tell no offset, or null
     * @param newestFirst whether each row is before the one above it
     */
    StampReader(List<Integer> columns, TimeFormat format, @Nullable ZoneId zone, boolean newestFirst) {
        this.newestFirst = newestFirst;
        this.columns = columns;
        this.format = format;
        this.zone = zone;
    }

    /**
     * The zone of a name.
     *
     * @throws UserError if there is none
     */
    static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            String hint = NearestName.of(
                            name, ZoneId.getAvailableZoneIds().stream().sorted().toList())
                    .map("did you mean %s?"::formatted)
                    .orElse("name it as Europe/Berlin, or as +02:00.");
            throw new UserError("\"%s\" is no time zone; %s".formatted(name, hint), e);
        }
    }

    /**
     * The stamp of the current row.
     *
     * @param previous the stamp of the row above in the same series, null where there is none: of an hour that the clock
     *     shows twice, the one that follows it is meant
     * @throws UserError if the cell is no stamp in the format, or no time that exists in the zone
     */
    long read(CsvRows rows, @Nullable Long previous) {
        String cell = TimeColumns.joined(rows, columns);
        int column = columns.getFirst();
        if (!parser.parse(cell, format)) {
            String problem = cell.isBlank()
                    ? "the time stamp is missing; fill it in or take the row out."
                    : "\"%s\" is no time stamp of the column's format (%s); write all alike."
                            .formatted(CsvRows.shortened(cell), format.label());
            throw rows.problem(column, problem);
        }
        if (!started) {
            withOffsets = parser.hasOffset();
            firstOffset = withOffsets ? parser.offsetSeconds() : NO_OFFSET;
            started = true;
        } else if (withOffsets != parser.hasOffset()) {
            throw rows.problem(
                    column,
                    "\"%s\" %s an offset from UTC and the rows before %s; write all alike."
                            .formatted(
                                    cell.strip(), withOffsets ? "has not" : "has", withOffsets ? "have" : "have not"));
        }
        sawTimeOfDay |= parser.hasTimeOfDay();
        if (withOffsets) {
            offsetsVary |= parser.offsetSeconds() != firstOffset;
            return parser.micros() - parser.offsetSeconds() * 1_000_000L;
        }
        return zone == null || !parser.hasTimeOfDay() ? parser.micros() : inZone(rows, previous, zone.getRules());
    }

    private long inZone(CsvRows rows, @Nullable Long previous, ZoneRules rules) {
        LocalDateTime local = LocalDateTime.ofInstant(TimeAxis.instant(parser.micros()), ZoneOffset.UTC);
        List<ZoneOffset> offsets = rules.getValidOffsets(local);
        if (offsets.isEmpty()) {
            ZoneOffsetTransition gap = rules.getTransition(local);
            throw rows.problem(
                    columns.getFirst(),
                    "the clock in %s never showed %s, for it was set from %s to %s; is it the right zone?"
                            .formatted(zone, local, gap.getDateTimeBefore(), gap.getDateTimeAfter()),
                    List.of("zone"));
        }
        long first = parser.micros() - offsets.getFirst().getTotalSeconds() * 1_000_000L;
        long second = parser.micros() - offsets.getLast().getTotalSeconds() * 1_000_000L;
        if (newestFirst) {
            return previous == null || second < previous ? second : first;
        }
        return previous != null && first <= previous ? second : first;
    }

    /** Whether stamps told different offsets from UTC, as clocks with daylight saving do. */
    boolean offsetsVary() {
        return offsetsVary;
    }

    /** The zone to tell stamps in, as far as rows have shown by now. */
    @Nullable
    ZoneId axisZone() {
        if (format == TimeFormat.NUMBER || (!sawTimeOfDay && !withOffsets)) {
            return null;
        }
        if (zone != null) {
            return zone;
        }
        if (!withOffsets) {
            return null;
        }
        return offsetsVary ? ZoneOffset.UTC : ZoneOffset.ofTotalSeconds(firstOffset);
    }
}
