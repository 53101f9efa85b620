package org.rhn4j.tasks.series;

/** What a cell looks like on its own. */
enum CellKind {
    MISSING,
    NUMBER,
    TIME,
    TEXT;

    static CellKind of(String cell, Numbers numbers) {
        if (numbers.isMissing(cell)) {
            return MISSING;
        }
        if (numbers.isNumber(cell)) {
            return NUMBER;
        }
        StampParser parser = new StampParser();
        for (TimeFormat format : TimeFormat.values()) {
            if (parser.parse(cell, format)) {
                return TIME;
            }
        }
        return TEXT;
    }
}
