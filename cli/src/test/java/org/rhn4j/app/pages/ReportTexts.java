package org.rhn4j.app.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Checks that hold for the texts of every report. */
public final class ReportTexts {
    private static final Pattern PLACE = Pattern.compile("\\{[\\w-]+\\}");

    private ReportTexts() {}

    /** The languages have the same keys, and under each the same places for values. */
    public static void assertSameTextsAndPlaces(String report) {
        Map<String, String> english = ReportText.of(report, ReportLanguage.EN).all();
        Map<String, String> japanese = ReportText.of(report, ReportLanguage.JA).all();
        assertThat(japanese).containsOnlyKeys(english.keySet());
        english.forEach((key, text) ->
                assertThat(places(japanese.get(key))).as(key).containsExactlyInAnyOrderElementsOf(places(text)));
    }

    /** A page without the chart library's script. */
    public static String withoutLibrary(String html) {
        return html.replaceAll("(?s)<script>\\s*/\\*\\s*\\* Licensed.*?</script>", "");
    }

    private static List<String> places(String text) {
        List<String> places = new ArrayList<>();
        PLACE.matcher(text).results().forEach(match -> places.add(match.group()));
        return places;
    }
}
