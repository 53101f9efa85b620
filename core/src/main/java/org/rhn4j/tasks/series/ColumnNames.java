package org.rhn4j.tasks.series;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** What the name of a column says of what it holds. */
final class ColumnNames {
    private static final Set<String> TIME = Set.of(
            "time",
            "date",
            "datetime",
            "timestamp",
            "stamp",
            "ds",
            "day",
            "month",
            "year",
            "week",
            "quarter",
            "epoch",
            "ts",
            "t",
            "period",
            "datum",
            "zeit",
            "zeitstempel",
            "uhrzeit",
            "fecha",
            "日時",
            "日付",
            "時刻",
            "年月日");
    private static final Set<String> DATE =
            Set.of("date", "datetime", "timestamp", "datum", "zeitstempel", "fecha", "日時", "日付", "年月日");
    private static final Set<String> COUNT = Set.of(
            "index", "idx", "row", "nr", "no", "elapsed", "seconds", "sec", "minutes", "hours", "ms", "millis", "us",
            "ns", "tick", "step");

    private ColumnNames() {}

    /** Whether a column of stamps of this name is likelier the one of the rows' times than another. */
    static boolean maySayTime(String name) {
        String lower = name.toLowerCase(Locale.ROOT).strip();
        return TIME.contains(lower) || lower.contains("time") || lower.contains("date");
    }

    /** Whether a word of the name means time or date. */
    static boolean sayTime(String name) {
        return hasWord(name, DATE) || hasWord(name, Set.of("time", "zeit", "uhrzeit", "時刻"));
    }

    /** Whether a word of the name means a date, or date and time. */
    static boolean sayDate(String name) {
        return hasWord(name, DATE);
    }

    /** Whether a word of the name means time or a number of rows. */
    static boolean sayCount(String name) {
        return hasWord(name, TIME) || hasWord(name, COUNT);
    }

    /** Words are what stands between other characters than letters, and begin at a capital after a small letter. */
    private static boolean hasWord(String name, Set<String> words) {
        String parted = name.replaceAll("(\\p{Ll})(\\p{Lu})", "$1 $2").toLowerCase(Locale.ROOT);
        return Arrays.stream(parted.split("[^\\p{L}]+")).anyMatch(words::contains);
    }
}
