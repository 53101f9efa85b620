package org.rhn4j.app.console;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import org.rhn4j.tasks.text.TextUnit;

/** Numbers as people read them, the same in every country. */
public final class Formats {
    private Formats() {}

    /** {@code 1,234,567}. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 token}, {@code 2,000 tokens}. */
    public static String counted(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    /** {@code 1 stretch}, {@code 12 stretches}. */
    public static String counted(long number, String one, String several) {
        return count(number) + " " + (number == 1 ? one : several);
    }

    /** {@code 0.4 s}, {@code 45 s}, {@code 12 min 03 s}, {@code 3 h 05 min}, {@code 2 d 04 h}. */
    public static String duration(double seconds) {
        if (seconds < 9.95) {
            return String.format(Locale.ROOT, "%.1f s", Math.max(seconds, 0));
        }
        long whole = Math.round(seconds);
        if (whole < 60) {
            return whole + " s";
        }
        if (whole < 3600) {
            return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
        }
        long minutes = Math.round(seconds / 60);
        if (minutes < 24 * 60) {
            return String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
        }
        long hours = Math.round(seconds / 3600);
        return String.format(Locale.ROOT, "%d d %02d h", hours / 24, hours % 24);
    }

    /** A duration that is only guessed: whole minutes where there are any. */
    public static String about(double seconds) {
        if (seconds < 59.5) {
            return (long) Math.ceil(seconds) + " s";
        }
        return seconds < 3570 ? Math.round(seconds / 60) + " min" : duration(seconds);
    }

    /** Four decimals. */
    public static String loss(double nats) {
        return String.format(Locale.ROOT, "%.4f", nats);
    }

    /** A learning rate or a penalty: three digits that count, as {@code 0.00297} or {@code 1.00e-07}. */
    public static String rate(double rate) {
        return String.format(Locale.ROOT, rate == 0 || rate >= 1e-5 ? "%.3g" : "%.2e", rate);
    }

    /** What is usual for the unit: {@code perplexity 123.45} by word, {@code 1.2345 bits} by character. */
    public static String quality(TextUnit unit, double nats) {
        return (unit == TextUnit.WORD ? "perplexity " : "")
                + value(unit, nats)
                + (unit == TextUnit.WORD ? "" : " bits per character");
    }

    /** As {@link #quality}, in few words. */
    static String brief(TextUnit unit, double nats) {
        return unit == TextUnit.WORD ? quality(unit, nats) : value(unit, nats) + " bits";
    }

    /** As {@link #quality}, without the words. */
    static String value(TextUnit unit, double nats) {
        if (unit == TextUnit.CHARACTER) {
            return String.format(Locale.ROOT, "%.4f", nats / Math.log(2));
        }
        double perplexity = Math.exp(nats);
        return String.format(Locale.ROOT, perplexity < 1e6 ? "%.2f" : "%.2e", perplexity);
    }

    /** A number with all of its digits and no exponent: {@code 1612352405.0}. */
    public static String plain(double number) {
        String text = new BigDecimal(Double.toString(number)).toPlainString();
        return text.indexOf('.') < 0 ? text + ".0" : text;
    }

    /** Three decimals; where there is nothing to divide by, why not. */
    public static String share(double number, String otherwise) {
        return Double.isNaN(number) ? "– (" + otherwise + ")" : String.format(Locale.ROOT, "%.3f", number);
    }

    /** Four digits that count, and zeros where they stand for more: {@code 292700}, {@code 0.01234}. */
    public static String significant(double number) {
        boolean readable = number == 0 || (Math.abs(number) >= 1e-6 && Math.abs(number) < 1e15);
        return readable
                ? new BigDecimal(number).round(new MathContext(4)).toPlainString()
                : String.format(Locale.ROOT, "%.3e", number);
    }

    /** A setting's number without needless zeros: {@code 0.003}, {@code 10}, {@code 1e-7}. */
    public static String setting(double number) {
        if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            return Long.toString((long) number);
        }
        return Double.toString(number).replace("E", "e").replace(".0e", "e");
    }
}
