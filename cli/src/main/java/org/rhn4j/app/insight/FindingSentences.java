package org.rhn4j.app.insight;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.pages.ReportLanguage;
import org.rhn4j.app.pages.ReportText;
import org.rhn4j.insight.Finding;
import org.rhn4j.insight.LossUnit;
import org.rhn4j.training.HealthWarning;

/** Says findings in a language, in the sentences of {@code explain_en.properties} and its like. */
final class FindingSentences {
    private final ReportText texts;
    private final LossUnit lossUnit;

    private FindingSentences(ReportText texts, LossUnit lossUnit) {
        this.texts = texts;
        this.lossUnit = lossUnit;
    }

    /** Sentences in which losses are nats per token. */
    static FindingSentences of(ReportLanguage language) {
        return new FindingSentences(ReportText.of("explain", language), LossUnit.NATS_PER_TOKEN);
    }

    /** The same with losses in another unit. */
    FindingSentences in(LossUnit unit) {
        return new FindingSentences(texts, unit);
    }

    /** A warning during training. */
    String warning(HealthWarning warning) {
        return texts.say(
                "warning." + ReportText.key(warning.kind()),
                Formats.count(warning.step()),
                number(warning.value()),
                percent(warning.value()),
                percent(warning.threshold()));
    }

    /** What was found. */
    String sentence(Finding finding) {
        return say("finding." + ReportText.key(finding.kind()), finding);
    }

    /** What to try; empty where there is nothing to do. */
    String action(Finding finding) {
        String key = "action." + ReportText.key(finding.action());
        if (finding.actionValue() == null && texts.has(key + ".plain")) {
            key += ".plain";
        }
        return say(key, finding);
    }

    /** The units that a finding is about, as a sentence; empty where it names none. */
    String units(Finding finding) {
        return finding.units().isEmpty() ? "" : say("finding.units", finding);
    }

    /** All texts by key. */
    Map<String, String> all() {
        return texts.all();
    }

    String text(String key) {
        return texts.text(key);
    }

    private String say(String key, Finding finding) {
        Object[] arguments = {
            where(finding),
            number(finding.value()),
            number(finding.threshold()),
            percent(finding.value()),
            number(Math.exp(finding.value())),
            finding.actionValue() == null ? "" : number(finding.actionValue()),
            joined(finding.units()),
            gate(finding),
            number(Math.abs(finding.value())),
            text("unit." + ReportText.key(lossUnit))
        };
        return texts.say(key, arguments);
    }

    private String where(Finding finding) {
        Integer microLayer = finding.microLayer();
        String layer = String.valueOf(finding.layer());
        return microLayer == null
                ? texts.say("where.layer", layer)
                : texts.say("where.micro-layer", layer, String.valueOf(microLayer));
    }

    private String gate(Finding finding) {
        @Nullable String gate = finding.gate();
        return gate == null ? text("gate.default") : text("gate." + gate);
    }

    private static String joined(List<Integer> units) {
        return units.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    private static String number(double value) {
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1e6) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        return size >= 100
                ? String.format(Locale.ROOT, "%.0f", value)
                : size >= 1 ? String.format(Locale.ROOT, "%.1f", value) : significant(value);
    }

    /** Two digits, without trailing zeros. */
    private static String significant(double value) {
        return new BigDecimal(value)
                .round(new MathContext(2))
                .stripTrailingZeros()
                .toPlainString();
    }
}
