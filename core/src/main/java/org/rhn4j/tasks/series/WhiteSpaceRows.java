package org.rhn4j.tasks.series;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/** Lines whose cells are set apart by runs of blanks, which no CSV parser takes for one delimiter. */
final class WhiteSpaceRows {
    private final BufferedReader reader;
    private long line;

    WhiteSpaceRows(Reader reader) {
        this.reader = new BufferedReader(reader);
    }

    /** The cells of the next line that has any, or null at the end. */
    @Nullable
    List<String> next() throws IOException {
        String text = reader.readLine();
        line++;
        while (text != null && text.isBlank()) {
            text = reader.readLine();
            line++;
        }
        return text == null ? null : cells(text);
    }

    /** The number of the line last returned, from 1. */
    long line() {
        return line;
    }

    static List<String> cells(String text) {
        List<String> cells = new ArrayList<>();
        StringTokenizer tokens = new StringTokenizer(text);
        while (tokens.hasMoreTokens()) {
            cells.add(tokens.nextToken());
        }
        return cells;
    }
}
