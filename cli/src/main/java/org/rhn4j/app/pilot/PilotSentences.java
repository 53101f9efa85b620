package org.rhn4j.app.pilot;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.pages.ReportLanguage;
import org.rhn4j.app.pages.ReportText;
import org.rhn4j.pilot.Comparison;
import org.rhn4j.pilot.ContenderName;
import org.rhn4j.pilot.Decision;
import org.rhn4j.pilot.Instability;
import org.rhn4j.pilot.PilotResult;

/** Says what a pilot found in a language, in the sentences of {@code pilot_en.properties} and its like. */
final class PilotSentences {
    /** Between a Latin letter or digit and a Japanese character, either way round. */
    private static final Pattern SCRIPTS_MEET =
            Pattern.compile("(?<=[A-Za-z0-9])(?=[\\p{IsHiragana}\\p{IsKatakana}\\p{IsHan}])"
                    + "|(?<=[\\p{IsHiragana}\\p{IsKatakana}\\p{IsHan}])(?=[A-Za-z0-9])");

    private final ReportText texts;
    private final ReportLanguage language;

    private PilotSentences(ReportLanguage language) {
        this.texts = ReportText.of("pilot", language);
        this.language = language;
    }

    static PilotSentences of(ReportLanguage language) {
        return new PilotSentences(language);
    }

    /** All texts by key. */
    Map<String, String> all() {
        return texts.all();
    }

    /** What a contender is called. */
    String name(ContenderName name) {
        return texts.say("name." + name.kind(), String.valueOf(name.depth()));
    }

    /** The recommendation in a few words. */
    String headline(Decision decision) {
        return sentence("headline." + ReportText.key(decision.choice()), said(decision.recommended()));
    }

    /** The recommendation's main ground in a sentence. */
    String summary(Decision decision) {
        double gain =
                decision.reasons().isEmpty() ? 0 : decision.reasons().getFirst().value();
        boolean networksBeatNaive = decision.comparisons().stream()
                .filter(comparison -> !comparison.reference().learns())
                .allMatch(comparison -> comparison.verdict() == Comparison.Verdict.BETTER);
        boolean betweenNetworks = decision.choice() == Decision.Choice.TOO_CLOSE
                && !decision.comparisons().isEmpty()
                && networksBeatNaive;
        return sentence(
                "summary." + ReportText.key(decision.choice()) + (betweenNetworks ? "-between-networks" : ""),
                said(decision.recommended()),
                said(decision.incumbent()),
                percent(Math.abs(gain)));
    }

    /** A reason in a sentence. */
    String reason(Decision.Reason reason, PilotResult result) {
        return say(
                "reason." + ReportText.key(reason.kind()),
                said(reason.subject()),
                said(reason.other()),
                reason.value(),
                signed(reason.low()),
                signed(reason.high()),
                "",
                0,
                band(result));
    }

    /** Something unstable in a sentence. */
    String instability(Instability found) {
        Long seed = found.seed();
        return say(
                "instability." + ReportText.key(found.kind()),
                said(found.contender()),
                "",
                found.value(),
                "",
                "",
                when(found),
                seed == null ? found.count() : seed,
                "");
    }

    private String when(Instability found) {
        String when = found.when() == null ? "" : found.when().replaceAll("(\\d\\d:\\d\\d):00", "$1");
        return language == ReportLanguage.JA ? when.replace(", ", "、") : when;
    }

    /** The share of true values that should lie within the outermost quantiles, as {@code 80 %}. */
    private String band(PilotResult result) {
        return String.format(Locale.ROOT, "%.0f", 100 * result.band()) + sign();
    }

    private String say(
            String key,
            String subject,
            String other,
            double value,
            String low,
            String high,
            String when,
            long count,
            String band) {
        return sentence(
                key,
                subject,
                other,
                percent(Math.abs(value)),
                low,
                high,
                factor(value),
                signed(value),
                when,
                String.valueOf(count),
                band);
    }

    private String sentence(String key, Object... arguments) {
        String said = texts.say(key, arguments);
        return language == ReportLanguage.JA
                ? SCRIPTS_MEET.matcher(said).replaceAll(" ")
                : said.substring(0, 1).toUpperCase(Locale.ROOT) + said.substring(1);
    }

    /** A contender within a sentence. */
    String said(@Nullable ContenderName name) {
        return name == null ? "" : texts.say("said." + name.kind(), String.valueOf(name.depth()));
    }

    /** {@code 8.1 %}; in Japanese {@code 8.1%}. */
    String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", 100 * share) + sign();
    }

    private String sign() {
        return language == ReportLanguage.JA ? "%" : " %";
    }

    /** {@code +8.1 %}, {@code −2.0 %}. */
    private String signed(@Nullable Double share) {
        return share == null ? "" : (share < 0 ? "−" : "+") + percent(Math.abs(share));
    }

    private static String factor(double value) {
        return String.format(Locale.ROOT, value < 9.95 ? "%.1f" : "%.0f", value);
    }
}
