package org.rhn4j.tasks.series;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.rhn4j.UserError;

/**
 * Where series are cut by time into a part to train on, one to choose by and one to report on.
 *
 * <p>Parts follow each other: no row of an earlier part is after any of a later one, so nothing that is found in the
 * training rows can know of the others.
 */
public sealed interface TimeSplit {
    /**
     * The parts of one series: rows [0, trainEnd) train, [trainEnd, validationEnd) validate, [validationEnd, end) test.
     */
    record Parts(int trainEnd, int validationEnd, int end) {
        public Parts {
            if (trainEnd < 0 || validationEnd < trainEnd || end < validationEnd) {
                throw new IllegalArgumentException("parts end at " + trainEnd + ", " + validationEnd + ", " + end);
            }
        }
    }

    /** Cuts every series at the same two moments, after shares of the time from the first stamp to the last of all. */
    record Fractions(double train, double validation) implements TimeSplit {
        public Fractions {
            if (!(train > 0) || !(validation >= 0) || train + validation > 1 + 1e-12) {
                throw new UserError(
                        "%s to train on and %s to validate on are no shares of a whole; give two numbers of a sum of at most 1."
                                .formatted(train, validation));
            }
        }
    }

    /** Cuts rows off the end of each series: the last for testing, those before for validation. */
    record LastRows(int validation, int test) implements TimeSplit {
        public LastRows {
            if (validation < 0 || test < 0) {
                throw new UserError(
                        "%d and %d rows cannot be cut off; give counts from 0 on.".formatted(validation, test));
            }
        }
    }

    /** Cuts each series at row numbers, as published splits do. */
    record AtRows(int trainEnd, int validationEnd, int end) implements TimeSplit {}

    /** Cuts every series at two moments of the clock on the wall: where validation and where testing starts. */
    record AtTimes(LocalDateTime validationStart, LocalDateTime testStart) implements TimeSplit {
        public AtTimes {
            if (testStart.isBefore(validationStart)) {
                throw new UserError("Testing would start at %s, before validation at %s; swap the two."
                        .formatted(testStart, validationStart));
            }
        }
    }

    /**
     * The parts of each series of a set, in its order. Rows of the future, where no target is known, are in no part. A
     * series may have an empty part.
     *
     * @throws UserError if no series has a row to train on
     */
    default List<Parts> of(SeriesSet set) {
        List<Parts> parts = switch (this) {
            case Fractions fractions -> fractions(set, fractions);
            case LastRows rows ->
                set.series().stream()
                        .map(series -> lastRows(series.observedLength(), rows))
                        .toList();
            case AtRows rows ->
                set.series().stream()
                        .map(series -> atRows(series.observedLength(), rows))
                        .toList();
            case AtTimes times ->
                set.series().stream()
                        .map(series -> atStamps(
                                series,
                                stamp(series.time(), times.validationStart),
                                stamp(series.time(), times.testStart)))
                        .toList();
        };
        if (parts.stream().allMatch(each -> each.trainEnd() == 0)) {
            throw new UserError(
                    "No row is left to train on after the split; the longest of %d series has %d rows: hold back fewer."
                            .formatted(
                                    set.series().size(),
                                    set.series().stream()
                                            .mapToInt(Series::observedLength)
                                            .max()
                                            .orElse(0)));
        }
        return parts;
    }

    private static List<Parts> fractions(SeriesSet set, Fractions split) {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Series series : set.series()) {
            first = Math.min(first, series.time().start());
            last = Math.max(last, series.time().stampAt(series.observedLength()));
        }
        long validationStart = first + Math.round((last - first) * split.train);
        long testStart = first + Math.round((last - first) * Math.min(1, split.train + split.validation));
        return set.series().stream()
                .map(series -> atStamps(series, validationStart, testStart))
                .toList();
    }

    private static Parts lastRows(int length, LastRows rows) {
        int validationEnd = Math.max(0, length - rows.test);
        return new Parts(Math.max(0, validationEnd - rows.validation), validationEnd, length);
    }

    private static Parts atRows(int length, AtRows rows) {
        return new Parts(
                Math.min(length, rows.trainEnd), Math.min(length, rows.validationEnd), Math.min(length, rows.end));
    }

    private static Parts atStamps(Series series, long validationStart, long testStart) {
        int length = series.observedLength();
        long trainEnd = Math.min(length, series.time().firstAtOrAfter(validationStart));
        long validationEnd = Math.min(length, series.time().firstAtOrAfter(testStart));
        return new Parts((int) trainEnd, (int) validationEnd, length);
    }

    private static long stamp(TimeAxis axis, LocalDateTime local) {
        return TimeAxis.micros(
                local.atZone(axis.zone() == null ? ZoneOffset.UTC : axis.zone()).toInstant());
    }
}
