package org.rhn4j.tasks.series;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a table's numbers tell of its marks: whether a point or a comma begins the fraction, and whether the other one
 * sets thousands apart.
 *
 * <p>{@code 12.5}, {@code 0.123} and {@code 1,234.5} tell it. {@code 1.299} does not: it is 1299 where a point sets
 * thousands apart. Beside whole numbers of four digits and more in its column, which then are not set apart, it is a
 * fraction; beside smaller ones alone, or in a table whose cells no comma separates, it may be either.
 */
final class NumberMarks {
    /** What one cell tells. */
    enum Kind {
        /** It is no number. */
        NONE,
        /** A number without marks, and without a word on them. */
        PLAIN,
        /** A whole number below a thousand. */
        SMALL,
        /** A whole number from a thousand on, not set apart. */
        LARGE,
        /** A point begins its fraction. */
        POINT_FRACTION,
        /** A comma begins its fraction. */
        COMMA_FRACTION,
        /** A point sets its thousands apart. */
        POINT_THOUSANDS,
        /** A comma sets its thousands apart. */
        COMMA_THOUSANDS,
        /** A point does one or the other. */
        POINT_EITHER,
        /** A comma does one or the other. */
        COMMA_EITHER
    }

    /** The marks: as the options tell them, or as the cells do, or as is usual where nothing tells. */
    record Found(boolean decimalComma, String thousands, boolean certain) {}

    /** A cell that may be read in two ways: where it stands and what it holds. */
    record Unclear(int column, long line, String cell) {
        /** How a table's option would decide it. */
        List<String> settings() {
            boolean comma = cell.indexOf(',') >= 0;
            return comma ? List.of("thousands ,", "decimal-comma") : List.of("thousands .", "thousands none");
        }

        /** The two numbers that it may be. */
        String readings() {
            return "\"%s\" may be %s or a fraction of three digits, and no number so far decides it"
                    .formatted(cell, cell.replace(".", "").replace(",", ""));
        }
    }

    private final boolean commaDelimits;
    private final List<Column> columns = new ArrayList<>();

    private static final class Column {
        boolean small;
        boolean large;

        @Nullable
        Unclear point;

        @Nullable
        Unclear comma;
    }

    private long pointFractions;
    private long commaFractions;
    private long pointThousands;
    private long commaThousands;

    /** @param delimiter of the table's cells */
    NumberMarks(String delimiter) {
        commaDelimits = delimiter.equals(",") || delimiter.equals(CsvFormat.WHITE_SPACE);
    }

    /** Takes a cell, missing ones left out; tells whether it may make something unclear. */
    boolean add(int column, long line, String cell) {
        while (columns.size() <= column) {
            columns.add(new Column());
        }
        Column of = columns.get(column);
        Kind kind = kind(cell);
        switch (kind) {
            case NONE, PLAIN -> {}
            case SMALL -> of.small = true;
            case LARGE -> of.large = true;
            case POINT_FRACTION -> pointFractions++;
            case COMMA_FRACTION -> commaFractions++;
            case POINT_THOUSANDS -> pointThousands++;
            case COMMA_THOUSANDS -> commaThousands++;
            case POINT_EITHER -> of.point = of.point == null ? new Unclear(column, line, cell.strip()) : of.point;
            case COMMA_EITHER -> of.comma = of.comma == null ? new Unclear(column, line, cell.strip()) : of.comma;
        }
        boolean either = kind == Kind.POINT_EITHER || kind == Kind.COMMA_EITHER;
        return either || (kind == Kind.SMALL && of.point != null);
    }

    /** What is known by now, together with what the options tell. */
    Found found(ReadingOptions options) {
        Boolean told = options.decimalComma();
        String toldThousands = options.thousands();
        boolean marked = toldThousands != null && (toldThousands.equals(".") || toldThousands.equals(","));
        if (told == null && marked) {
            told = ".".equals(toldThousands);
        }
        long forPoint = pointFractions + commaThousands + count(true);
        long forComma = commaFractions + pointThousands + count(false);
        boolean onlyFractions = toldThousands != null && !marked;
        if (onlyFractions) {
            forPoint += unclear(true) == null ? 0 : 1;
            forComma += unclear(false) == null ? 0 : 1;
        }
        boolean usual = commaDelimits && unclear() == null && (isNowhereApart() || unclear(true) != null);
        boolean certain = told != null || forPoint + forComma > 0 || onlyFractions || usual;
        boolean comma = told != null ? told : forComma > forPoint;
        if (toldThousands != null) {
            return new Found(comma, toldThousands, certain);
        }
        boolean grouped = comma ? pointThousands > 0 : commaThousands > 0;
        boolean other = certain && unclear(comma) != null && (comma ? pointFractions : commaFractions) == 0;
        // the options of a model that was trained on a table without such marks say nothing of them
        boolean apart = grouped || (other && options.decimalComma() == null);
        return new Found(comma, apart ? (comma ? "." : ",") : ReadingOptions.NO_THOUSANDS, certain);
    }

    /** Columns in which whole numbers are not set apart, so that a mark begins a fraction. */
    private long count(boolean point) {
        return columns.stream()
                .filter(each -> each.large && (point ? each.point : each.comma) != null)
                .count();
    }

    /** Whether every column has whole numbers that are not set apart. */
    private boolean isNowhereApart() {
        return columns.stream().anyMatch(each -> each.large)
                && columns.stream().allMatch(each -> each.large || (!each.small && each.point == null));
    }

    private @Nullable Unclear unclear(boolean point) {
        for (Column each : columns) {
            Unclear of = point ? each.point : each.comma;
            if (of != null && !each.large) {
                return of;
            }
        }
        return null;
    }

    /** A cell that may be read in two ways, as far as is known by now; null if there is none. */
    @Nullable
    Unclear unclear() {
        Unclear alone = unclearAlone();
        if (alone != null) {
            return alone;
        }
        for (Column each : columns) {
            if (each.point != null && each.small && !each.large) {
                return each.point;
            }
        }
        return null;
    }

    /** A cell that may be read in two ways whatever else its column holds. */
    @Nullable
    Unclear unclearAlone() {
        Unclear comma = unclear(false);
        return comma != null || commaDelimits ? comma : unclear(true);
    }

    /** What a cell tells on its own. */
    static Kind kind(String cell) {
        String text = cell.strip();
        int start = !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
        int end = start;
        int points = 0;
        int commas = 0;
        int digits = 0;
        int lastMark = -1;
        for (; end < text.length(); end++) {
            char c = text.charAt(end);
            if (c == '.' || c == ',') {
                points += c == '.' ? 1 : 0;
                commas += c == ',' ? 1 : 0;
                lastMark = end;
            } else if (c >= '0' && c <= '9') {
                digits++;
            } else {
                break;
            }
        }
        boolean exponent = end < text.length();
        if (digits == 0 || (exponent && !isExponent(text, end))) {
            return Kind.NONE;
        }
        if (lastMark < 0) {
            return exponent ? Kind.PLAIN : digits > 3 ? Kind.LARGE : Kind.SMALL;
        }
        boolean point = text.charAt(lastMark) == '.';
        int same = point ? points : commas;
        int other = point ? commas : points;
        if (other > 0) {
            boolean grouped = same == 1 && isGrouped(text, start, lastMark, point ? ',' : '.');
            return !grouped ? Kind.NONE : point ? Kind.COMMA_THOUSANDS : Kind.POINT_THOUSANDS;
        }
        boolean grouped = !exponent && isGrouped(text, start, end, point ? '.' : ',');
        if (same > 1) {
            return !grouped ? Kind.NONE : point ? Kind.POINT_THOUSANDS : Kind.COMMA_THOUSANDS;
        }
        return grouped
                ? (point ? Kind.POINT_EITHER : Kind.COMMA_EITHER)
                : (point ? Kind.POINT_FRACTION : Kind.COMMA_FRACTION);
    }

    private static boolean isExponent(String text, int from) {
        if (text.charAt(from) != 'e' && text.charAt(from) != 'E') {
            return false;
        }
        int at = from + 1;
        if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
            at++;
        }
        return at < text.length() && text.substring(at).chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Whether digits are set apart in threes: one to three of them, not beginning with 0, then three after each mark. */
    static boolean isGrouped(String text, int from, int to, char mark) {
        int first = text.indexOf(mark, from);
        if (first < 0 || first >= to || first == from || first - from > 3 || text.charAt(from) == '0') {
            return false;
        }
        if ((to - first) % 4 != 0) {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            boolean place = i >= first && (i - first) % 4 == 0;
            if (place ? c != mark : c < '0' || c > '9') {
                return false;
            }
        }
        return true;
    }
}
