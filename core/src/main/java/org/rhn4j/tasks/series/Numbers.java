package org.rhn4j.tasks.series;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads the numbers of a table's cells. */
final class Numbers {
    private static final Set<String> MISSING =
            Set.of("", "na", "n/a", "#n/a", "nan", "null", "none", "?", "nil", "missing", "<na>");
    private static final char NONE = 0;

    private final boolean decimalComma;
    private final char thousands;
    private final Set<String> alsoMissing;
    private final double[] missingNumbers;

    /**
     * @param thousands the character that sets thousands apart; empty where none does
     * @param alsoMissing cells that stand for a missing value; of numbers whatever way they are written
     */
    Numbers(boolean decimalComma, String thousands, List<String> alsoMissing) {
        this.decimalComma = decimalComma;
        this.thousands = thousands.isEmpty() ? NONE : thousands.charAt(0);
        this.alsoMissing = Set.copyOf(alsoMissing);
        missingNumbers = alsoMissing.stream()
                .mapToDouble(text -> number(text.strip(), '.', NONE))
                .filter(number -> !Double.isNaN(number))
                .toArray();
    }

    /** Whether a cell of numbers holds none. */
    boolean isMissing(String cell) {
        if (!cell.isEmpty() && isNumeral(cell.charAt(0)) && alsoMissing.isEmpty()) {
            return false;
        }
        return isEmpty(cell) || MISSING.contains(cell.strip().toLowerCase(Locale.ROOT));
    }

    /** Whether a cell is blank, or one that the options call missing: the words that usually are may be texts. */
    boolean isEmpty(String cell) {
        return cell.isBlank()
                || (!alsoMissing.isEmpty() && (alsoMissing.contains(cell.strip()) || isMissing(parse(cell))));
    }

    private boolean isMissing(double number) {
        for (double missing : missingNumbers) {
            if (number == missing) {
                return true;
            }
        }
        return false;
    }

    /** Whether a cell is a number, finite or not. */
    boolean isNumber(String cell) {
        return isInfinite(cell) || !Double.isNaN(parse(cell));
    }

    /** Whether a cell says infinity, or a number too large to hold. */
    boolean isInfinite(String cell) {
        String bare = cell.strip().toLowerCase(Locale.ROOT);
        String unsigned = bare.startsWith("-") || bare.startsWith("+") ? bare.substring(1) : bare;
        return unsigned.equals("inf")
                || unsigned.equals("infinity")
                || unsigned.equals("∞")
                || Double.isInfinite(parse(cell));
    }

    /** The number in a cell; NaN if it is none. */
    double parse(String cell) {
        return number(cell.strip(), decimalComma ? ',' : '.', thousands);
    }

    private static double number(String text, char decimal, char thousands) {
        boolean digits = false;
        boolean mark = false;
        boolean apart = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits = true;
            } else if (c == decimal) {
                mark = true;
            } else if (c == thousands || (thousands == ' ' && isBlank(c))) {
                apart = true;
            } else if (c != '-' && c != '+' && c != 'e' && c != 'E') {
                return Double.NaN;
            }
        }
        if (!digits) {
            return Double.NaN;
        }
        String plain = apart ? joined(text, decimal, thousands) : text;
        try {
            return Double.parseDouble(mark && decimal != '.' ? plain.replace(decimal, '.') : plain);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** Without the marks between thousands; nothing where they set something else apart. */
    private static String joined(String text, char decimal, char thousands) {
        String same = text;
        if (thousands == ' ') {
            same = text.replace('\u00a0', ' ').replace('\u202f', ' ').replace('\u2009', ' ');
        }
        int start = same.startsWith("-") || same.startsWith("+") ? 1 : 0;
        int end = same.indexOf(decimal) < 0 ? same.length() : same.indexOf(decimal);
        boolean grouped = NumberMarks.isGrouped(same, start, end, thousands) && same.indexOf(thousands, end) < 0;
        return grouped ? same.replace(String.valueOf(thousands), "") : "";
    }

    /** The blanks that set thousands apart: the usual one, and those that do not break. */
    private static boolean isBlank(char c) {
        return c == ' ' || c == '\u00a0' || c == '\u202f' || c == '\u2009';
    }

    private static boolean isNumeral(char c) {
        return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+';
    }
}
