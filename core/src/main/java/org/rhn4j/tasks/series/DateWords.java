package org.rhn4j.tasks.series;

import java.time.DayOfWeek;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Names of months and days of the week, whole and shortened, in languages of western Europe. */
final class DateWords {
    private static final List<Locale> LANGUAGES = List.of(
            Locale.ENGLISH,
            Locale.GERMAN,
            Locale.FRENCH,
            Locale.of("es"),
            Locale.ITALIAN,
            Locale.of("pt"),
            Locale.of("nl"));
    private static final Map<String, Integer> MONTHS = months();
    private static final Set<String> DAYS = days();

    private DateWords() {}

    /** The number of a month, from 1; 0 if it is not the name of one. */
    static int month(String word) {
        return MONTHS.getOrDefault(word.toLowerCase(Locale.ROOT), 0);
    }

    static boolean isDay(String word) {
        return DAYS.contains(word.toLowerCase(Locale.ROOT));
    }

    private static Map<String, Integer> months() {
        Map<String, Integer> months = new HashMap<>();
        months.put("sept", 9);
        for (Locale language : LANGUAGES) {
            for (Month month : Month.values()) {
                for (TextStyle style : List.of(
                        TextStyle.FULL, TextStyle.SHORT, TextStyle.FULL_STANDALONE, TextStyle.SHORT_STANDALONE)) {
                    // where two languages differ, the one that comes first in the list has it
                    months.putIfAbsent(bare(month.getDisplayName(style, language)), month.getValue());
                }
            }
        }
        return months;
    }

    private static Set<String> days() {
        Set<String> days = new TreeSet<>();
        for (Locale language : LANGUAGES) {
            for (DayOfWeek day : DayOfWeek.values()) {
                days.add(bare(day.getDisplayName(TextStyle.FULL, language)));
                days.add(bare(day.getDisplayName(TextStyle.SHORT, language)));
            }
        }
        return days;
    }

    private static String bare(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
