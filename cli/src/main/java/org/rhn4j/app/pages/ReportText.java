package org.rhn4j.app.pages;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The sentences of one kind of report in one language, by key: those of {@code explain_en.properties} and its like, and
 * the words for cells, which all reports share.
 */
public final class ReportText {
    private final Map<String, String> texts;

    private ReportText(Map<String, String> texts) {
        this.texts = texts;
    }

    /** The texts of {@code <report>_<tag>.properties} and {@code cells_<tag>.properties}. */
    public static ReportText of(String report, ReportLanguage language) {
        Properties properties = new Properties();
        load(properties, "cells_" + language.tag() + ".properties");
        load(properties, report + "_" + language.tag() + ".properties");
        Map<String, String> texts = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> texts.put(key, properties.getProperty(key)));
        return new ReportText(texts);
    }

    private static void load(Properties properties, String name) {
        try (InputStream file = ReportText.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is missing");
            }
            properties.load(new InputStreamReader(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All texts, in the order of their keys. */
    public Map<String, String> all() {
        return new TreeMap<>(texts);
    }

    public boolean has(String key) {
        return texts.containsKey(key);
    }

    public String text(String key) {
        String text = texts.get(key);
        if (text == null) {
            throw new IllegalArgumentException("no text " + key);
        }
        return text;
    }

    /** The text as a pattern of {@link MessageFormat}, filled. */
    public String say(String key, Object... arguments) {
        return new MessageFormat(text(key), Locale.ROOT).format(arguments).strip();
    }

    /** The key of a constant: that of {@code LARGE_GAIN} is {@code large-gain}. */
    public static String key(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
