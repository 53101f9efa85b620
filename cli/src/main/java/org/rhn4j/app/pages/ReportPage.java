package org.rhn4j.app.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rhn4j.store.Fingerprint;
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
        String style = resource("page.css") + resource(kind + ".css");
        String echarts = library().replace("</script", "<\\/script");
        String script = resource("page.js");
        String pageScript = resource(kind + ".js");
        return fill(
                resource("page.html"),
                Map.of(
                        "language",
                        language.tag(),
                        "policy",
                        policy(style, echarts, script, pageScript),
                        "title",
                        escape(title),
                        "style",
                        style,
                        "data",
                        Json.toText(data).replace("<", "\\u003c"),
                        "echarts",
                        echarts,
                        "script",
                        script,
                        "page script",
                        pageScript));
    }

    /**
     * What a browser may do with the page: run these very scripts, and ask no one for anything. Names in the data that got
     * past every escape would still be nothing but text. Tooltips of the chart library have style attributes.
     */
    private static String policy(String style, String... scripts) {
        return "default-src 'none'; script-src %s; style-src 'unsafe-inline'; style-src-elem %s; base-uri 'none'; form-action 'none'"
                .formatted(Arrays.stream(scripts).map(ReportPage::hash).collect(Collectors.joining(" ")), hash(style));
    }

    private static String hash(String element) {
        return "'sha256-%s'"
                .formatted(Base64.getEncoder()
                        .encodeToString(HexFormat.of().parseHex(Fingerprint.sha256(element.getBytes(UTF_8)))));
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
        return round(value, DIGITS);
    }

    /** To so many digits; what is not a number becomes 0. */
    public static double round(double value, MathContext digits) {
        return Double.isFinite(value) ? new BigDecimal(value).round(digits).doubleValue() : 0;
    }

    /** The digits that show four of what the values of one picture differ by; missing ones count nothing. */
    public static MathContext digits(double[]... values) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (double[] some : values) {
            for (double value : some) {
                least = value < least ? value : least;
                most = value > most ? value : most;
            }
        }
        double ratio = Math.max(Math.abs(least), Math.abs(most)) / (most - least);
        return ratio > 1 && ratio < 1e11
                ? new MathContext(DIGITS.getPrecision() + (int) Math.ceil(Math.log10(ratio)))
                : DIGITS;
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
            return text(require(file, script));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String resource(String name) {
        try (InputStream file = ReportPage.class.getResourceAsStream(name)) {
            return text(require(file, name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With line ends as a browser has them when it takes an element's hash. */
    private static String text(InputStream file) throws IOException {
        return new String(file.readAllBytes(), UTF_8).replace("\r\n", "\n").replace('\r', '\n');
    }

    private static InputStream require(@Nullable InputStream file, String name) {
        if (file == null) {
            throw new IllegalStateException(name + " is missing");
        }
        return file;
    }
}
