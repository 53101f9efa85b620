package org.rhn4j.tasks.series;

import java.util.List;
import java.util.Set;

/** Reads the numbers of a table's cells. */
final class Numbers {
    private static final Set<String> MISSING =
            Set.of("", "na", "n/a", "#n/a", "nan", "null", "none", "?", "nil", "missing", "<na>");

    private final boolean decimalComma;
    private final Set<String> alsoMissing;

    Numbers(boolean decimalComma, List<String> alsoMissing) {
        this.decimalComma = decimalComma;
        this.alsoMissing = Set.copyOf(alsoMissing);
    }

    boolean isMissing(String cell) {
        if (!cell.isEmpty() && isNumeral(cell.charAt(0)) && alsoMissing.isEmpty()) {
            return false;
        }
        String stripped = cell.strip();
        return MISSING.contains(stripped.toLowerCase(java.util.Locale.ROOT)) || alsoMissing.contains(stripped);
    }

    /** Whether a cell is a number, finite or not. */
    boolean isNumber(String cell) {
        return isInfinite(cell) || !Double.isNaN(parse(cell));
    }

    /** Whether a cell says infinity, or a number too large to hold. */
    boolean isInfinite(String cell) {
        String bare = cell.strip().toLowerCase(java.util.Locale.ROOT);
        String unsigned = bare.startsWith("-") || bare.startsWith("+") ? bare.substring(1) : bare;
        return unsigned.equals("inf")
                || unsigned.equals("infinity")
                || unsigned.equals("∞")
                || Double.isInfinite(parse(cell));
    }

    /** The number in a cell; NaN if it is none. */
    double parse(String cell) {
        String text = cell.strip();
        boolean digits = false;
        boolean comma = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            digits |= c >= '0' && c <= '9';
            boolean wrongMark = c == (decimalComma ? '.' : ',');
            if (wrongMark || !(isNumeral(c) || c == 'e' || c == 'E' || c == ',')) {
                return Double.NaN;
            }
            comma |= c == ',';
        }
        if (!digits) {
            return Double.NaN;
        }
        try {
            return Double.parseDouble(comma ? text.replace(',', '.') : text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static boolean isNumeral(char c) {
        return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+';
    }
}
