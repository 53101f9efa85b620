package org.rhn4j.app.console;

import java.util.List;

/**
 * Figures in rows and columns, for a terminal and for a page.
 *
 * @param title what it shows
 * @param how what a reader must know to read it
 * @param header names of the columns
 * @param rows cells, as many in each row as there are columns
 */
public record ResultTable(String title, String how, List<String> header, List<List<String>> rows) {
    /** The table as lines, columns aligned to the right but for the first. */
    public String text() {
        int[] widths = new int[header.size()];
        for (int c = 0; c < widths.length; c++) {
            widths[c] = header.get(c).length();
            for (List<String> row : rows) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        }
        StringBuilder text = new StringBuilder();
        append(text, header, widths);
        rows.forEach(row -> append(text, row, widths));
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> cells, int[] widths) {
        for (int c = 0; c < widths.length; c++) {
            String padding = " ".repeat(widths[c] - cells.get(c).length());
            text.append(c == 0 ? "" : "  ");
            text.append(c == 0 ? cells.get(c) + padding : padding + cells.get(c));
        }
        text.setLength(text.toString().stripTrailing().length());
        text.append('\n');
    }
}
