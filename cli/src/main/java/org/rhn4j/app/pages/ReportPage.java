package org.rhn4j.app.pages;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.rhn4j.store.Json;

/**
 * Makes one HTML file of data, a style sheet and a script of its kind, and what all kinds share: nothing lies beside it, the
 * chart library neither.
 */
public final class ReportPage {
    private static final MathContext DIGITS = new MathContext(4);
    private static final String WEBJAR = "META-INF/maven/org.webjars/echarts/pom.properties";

    private ReportPage() {}

    /**
     * The page.
     *
     * @param kind which page: the name of its style sheet and of its script
     * @param data a record; its JSON is what the scripts read
     */
    public static String html(String kind, String title, ReportLanguage language, Object data) {
        return fill(
                resource("page.html"),
                Map.of(
                        "language", language.tag(),
                        "title", escape(title),
                        "style", resource("page.css"),
                        "page style", resource(kind + ".css"),
                        "data", Json.toText(data).replace("</", "<\\/").replace("<!--", "<\\u0021--"),
                        "echarts", library().replace("</script", "<\\/script"),
                        "script", resource("page.js"),
                        "page script", resource(kind + ".js")));
    }

    public static double[] rounded(double... values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = round(values[i]);
        }
        return result;
    }

    /** To four digits; what is not a number becomes 0, because JSON has no word for it. */
    public static double round(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : 0;
    }

    public static @Nullable Double roundedOrNull(@Nullable Double value) {
        return value == null ? null : Double.valueOf(round(value));
    }

    /** Replaces each {@code {{name}}} by its value, once: values may hold braces. */
    private static String fill(String template, Map<String, String> values) {
        StringBuilder result = new StringBuilder();
        int from = 0;
        int open = template.indexOf("{{");
        while (open >= 0) {
            int close = template.indexOf("}}", open);
            String name = template.substring(open + 2, close);
            String value = values.get(name);
            if (value == null) {
                throw new IllegalStateException("the template asks for " + name);
            }
            result.append(template, from, open).append(value);
            from = close + 2;
            open = template.indexOf("{{", from);
        }
        return result.append(template.substring(from)).toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String library() {
        ClassLoader loader = ReportPage.class.getClassLoader();
        Properties properties = new Properties();
        try (InputStream file = loader.getResourceAsStream(WEBJAR)) {
            properties.load(require(file, WEBJAR));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String script = "META-INF/resources/webjars/echarts/" + properties.getProperty("version") + "/echarts.min.js";
        try (InputStream file = loader.getResourceAsStream(script)) {
            return new String(require(file, script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String resource(String name) {
        try (InputStream file = ReportPage.class.getResourceAsStream(name)) {
            return new String(require(file, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream require(@Nullable InputStream file, String name) {
        if (file == null) {
            throw new IllegalStateException(name + " is missing");
        }
        return file;
    }
}
