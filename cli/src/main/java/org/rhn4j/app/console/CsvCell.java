package org.rhn4j.app.console;

/** A cell of a CSV file that is written. */
public final class CsvCell {
    private static final String RUN_BY_SPREADSHEETS = "=+-@\t\r";

    private CsvCell() {}

    /**
     * A text as a cell: in quotes where it needs them, and behind an apostrophe where a spreadsheet would take it for a
     * formula, as {@code '=1+1}. What is a number stays one.
     */
    public static String of(String text) {
        boolean isRun = text.length() > 1 && RUN_BY_SPREADSHEETS.indexOf(text.charAt(0)) >= 0 && !isNumber(text);
        String cell = isRun ? "'" + text : text;
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    private static boolean isNumber(String text) {
        return text.matches("[+-]?(\\d+([.,]\\d*)?|[.,]\\d+)([eE][+-]?\\d+)?");
    }
}
