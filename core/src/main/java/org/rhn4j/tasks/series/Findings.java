package org.rhn4j.tasks.series;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;

/** Says in sentences what was found out about a table. */
final class Findings {
    private static final int MOST_NAMES = 12;

    private final SeriesRows rows;
    private final Frequency frequency;

    Findings(SeriesRows rows, Frequency frequency) {
        this.rows = rows;
        this.frequency = frequency;
    }

    List<String> sentences(List<Series> series) {
        List<String> all = new ArrayList<>();
        CsvFormat format = rows.table().format();
        String encoding = rows.table().text().charset().equals(StandardCharsets.UTF_8)
                ? "UTF-8"
                : rows.table().text().charset().name();
        String apart =
                format.thousands().isEmpty() ? "" : ", thousands set apart by \"%s\"".formatted(format.thousands());
        all.add("%s text, cells separated by %s, decimal %s%s."
                .formatted(encoding, format.delimiterName(), format.decimalComma() ? "comma" : "point", apart));
        TimeColumns time = rows.timeColumns();
        if (time == null) {
            all.add("No time; rows are equally spaced.");
        } else {
            Series first = series.getFirst();
            TimeFormat written = rows.options().timeFormat();
            all.add("Time: %s (%s), %s, from %s to %s%s."
                    .formatted(
                            String.join(" and ", rows.schema().time()),
                            written == null ? "" : written.label(),
                            frequency.label(),
                            first.time().textAt(0),
                            first.time().textAt(first.length() - 1L),
                            series.size() > 1 ? " in the first series" : ""));
            if (!time.alsoTime().isEmpty()) {
                all.add("Other columns hold time stamps too: %s; name the one to take if it is another."
                        .formatted(names(time.alsoTime())));
            }
        }
        all.add(counts(series));
        if (!rows.counting().isEmpty()) {
            all.add("Left out, because they only count rows or time: %s.".formatted(names(rows.counting())));
        }
        rows.levels().forEach((name, texts) -> {
            if (texts.contains("")) {
                all.add("Empty cells of %s are a value of their own, beside %s."
                        .formatted(
                                name,
                                names(texts.stream()
                                        .filter(text -> !text.isEmpty())
                                        .toList())));
            }
        });
        leftOut(SeriesRows.Content.TEXT, "text", all);
        leftOut(SeriesRows.Content.NOTHING, "nothing", all);
        return all;
    }

    private String counts(List<Series> series) {
        IntSummaryStatistics lengths = series.stream().mapToInt(Series::length).summaryStatistics();
        String length = lengths.getMin() == lengths.getMax()
                ? "%d rows".formatted(lengths.getMin())
                : "%d to %d rows".formatted(lengths.getMin(), lengths.getMax());
        return "%s of %s; target%s: %s."
                .formatted(
                        series.size() == 1 ? "One series" : series.size() + " series",
                        length,
                        rows.schema().targets().size() == 1 ? "" : "s",
                        names(rows.schema().targets()));
    }

    private void leftOut(SeriesRows.Content content, String what, List<String> sentences) {
        List<String> columns = new ArrayList<>(rows.leftOut(content));
        if (rows.timeColumns() != null) {
            columns.removeAll(rows.timeColumns().alsoTime());
        }
        if (!columns.isEmpty()) {
            sentences.add("Left out, because they hold %s: %s.".formatted(what, names(columns)));
        }
    }

    private static String names(List<String> names) {
        String shown = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())));
        return names.size() > MOST_NAMES ? shown + " and %d more".formatted(names.size() - MOST_NAMES) : shown;
    }
}
