package org.rhn4j.tasks.series;

import java.util.ArrayList;
import java.util.List;

/** Counts what was repaired in a table, and tells each kind in one sentence with the line of the first. */
final class Repairs {
    private final List<String> others = new ArrayList<>();
    private final Count duplicates = new Count();
    private final Count moved = new Count();
    private final Count gaps = new Count();
    private final Count irregular = new Count();
    private final Count far = new Count();
    private String firstFar = "";
    private long missingRows;
    private String firstGapAfter = "";
    private long newestFirst;
    private long sorted;

    private static final class Count {
        private long count;
        private long firstLine;

        void add(long line) {
            count++;
            firstLine = firstLine == 0 ? line : Math.min(line, firstLine);
        }
    }

    void duplicate(long line) {
        duplicates.add(line);
    }

    void moved(long line) {
        moved.add(line);
    }

    void irregular(long line) {
        irregular.add(line);
    }

    void gap(long line, long rows, String after) {
        firstGapAfter = gaps.count == 0 ? after : firstGapAfter;
        gaps.add(line);
        missingRows += rows;
    }

    void newestFirst(long line) {
        newestFirst = newestFirst == 0 ? line : newestFirst;
    }

    void sorted(long line) {
        sorted = sorted == 0 ? line : sorted;
    }

    void far(long line, String column, double value) {
        far.add(line);
        if (far.firstLine == line) {
            firstFar = "%s of %s".formatted(value, column);
        }
    }

    /** Anything that is told once. */
    void note(String sentence) {
        others.add(sentence);
    }

    /** What was repaired, a sentence each. */
    List<String> sentences() {
        List<String> all = new ArrayList<>(others);
        if (newestFirst > 0) {
            all.add("Line %d: the newest row comes first; the order was turned round.".formatted(newestFirst));
        }
        if (sorted > 0) {
            all.add("Line %d: rows are out of order; they were sorted by time.".formatted(sorted));
        }
        if (duplicates.count > 0) {
            all.add("Line %d: %s given twice with the same values; taken once."
                    .formatted(duplicates.firstLine, rows(duplicates.count, "row is", "rows are")));
        }
        if (moved.count > 0) {
            all.add("Line %d: %s less than a twentieth of a step off; moved onto the step."
                    .formatted(moved.firstLine, rows(moved.count, "stamp is", "stamps are")));
        }
        if (irregular.count > 0) {
            all.add("Line %d: time stamps keep no regular step; rows were taken as equally spaced."
                    .formatted(irregular.firstLine));
        }
        if (far.count > 0) {
            all.add(
                    "Line %d: the value %s%s is more than a million times as far from the others as most of these are from each other; if it stands for a missing one, tell so."
                            .formatted(
                                    far.firstLine,
                                    firstFar,
                                    far.count == 1 ? "" : ", the first of %d such values,".formatted(far.count)));
        }
        if (gaps.count > 0) {
            all.add("Line %d: %s missing in %s, the first after %s; their values count as missing."
                    .formatted(
                            gaps.firstLine,
                            rows(missingRows, "row is", "rows are"),
                            rows(gaps.count, "gap", "gaps"),
                            firstGapAfter));
        }
        return all;
    }

    private static String rows(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
