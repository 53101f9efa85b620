package org.rhn4j.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rhn4j.insight.Finding;
import org.rhn4j.insight.GateKind;

/** Says findings in a language, in the sentences of {@code explain_en.properties} and its like. */
final class FindingSentences {
    private final Map<String, String> sentences;

    private FindingSentences(Map<String, String> sentences) {
        this.sentences = sentences;
    }

    static FindingSentences of(ExplainReport.Language language) {
        String name = "explain_" + language.tag() + ".properties";
        Properties properties = new Properties();
        try (InputStream file = FindingSentences.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is missing");
            }
            properties.load(new InputStreamReader(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> sentences = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> sentences.put(key, properties.getProperty(key)));
        return new FindingSentences(sentences);
    }

    /** What was found. */
    String sentence(Finding finding) {
        return say("finding." + key(finding.kind()), finding);
    }

    /** What to try; empty where there is nothing to do. */
    String action(Finding finding) {
        String key = "action." + key(finding.action());
        if (finding.actionValue() == null && sentences.containsKey(key + ".plain")) {
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
        return Map.copyOf(sentences);
    }

    String text(String key) {
        String text = sentences.get(key);
        if (text == null) {
            throw new IllegalArgumentException("no text " + key);
        }
        return text;
    }

    /** The key of a constant: that of {@code LARGE_GAIN} is {@code large-gain}. */
    static String key(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
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
            number(Math.abs(finding.value()))
        };
        return new MessageFormat(text(key), Locale.ROOT).format(arguments).strip();
    }

    private String where(Finding finding) {
        Integer microLayer = finding.microLayer();
        String layer = String.valueOf(finding.layer());
        return microLayer == null
                ? new MessageFormat(text("where.layer"), Locale.ROOT).format(new Object[] {layer})
                : new MessageFormat(text("where.micro-layer"), Locale.ROOT)
                        .format(new Object[] {layer, String.valueOf(microLayer)});
    }

    private String gate(Finding finding) {
        @Nullable GateKind gate = finding.gate();
        return gate == null ? text("gate.default") : text("gate." + key(gate));
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
