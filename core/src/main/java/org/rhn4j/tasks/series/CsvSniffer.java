package org.rhn4j.tasks.series;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.util.ArrayList;
import java.util.List;
import org.rhn4j.UserError;

/** Finds out from the beginning of a table how it is written. */
final class CsvSniffer {
    private static final int MOST_RECORDS = 1000;

    private final String source;
    private final String sample;
    private final long linesBefore;

    /** A record of the sample, the header's included. */
    record Sampled(long line, List<String> cells) {}

    /**
     * @param sample the first lines of a table, none cut short
     * @param linesBefore lines of the file before these
     */
    CsvSniffer(String source, String sample, long linesBefore) {
        this.source = source;
        this.sample = sample;
        this.linesBefore = linesBefore;
    }

    /**
     * Finds what the options leave open.
     *
     * @throws UserError if a number may be read in two ways
     */
    CsvFormat find(ReadingOptions options) {
        String delimiter = options.delimiter() == null ? delimiter() : options.delimiter();
        List<Sampled> records = records(delimiter);
        NumberMarks marks = marks(
                delimiter,
                options.header() ? records.subList(Math.min(1, records.size()), records.size()) : records,
                options);
        NumberMarks.Found found = marks.found(options);
        // what only a cell beside it makes unclear is told where the two are read
        NumberMarks.Unclear unclear = found.certain() ? null : marks.unclearAlone();
        if (unclear != null) {
            String name = options.header()
                    ? records.getFirst().cells().get(unclear.column()).strip()
                    : "c" + (unclear.column() + 1);
            throw new UserError(
                    "%s, line %d, column %d (%s): %s; tell what sets thousands apart."
                            .formatted(source, unclear.line(), unclear.column() + 1, name, unclear.readings()),
                    unclear.settings());
        }
        return new CsvFormat(delimiter, found.decimalComma(), found.thousands(), found.certain(), options.header());
    }

    /** What the columns of numbers tell; those of dates that look like numbers, and of texts, have no say. */
    private static NumberMarks marks(String delimiter, List<Sampled> rows, ReadingOptions options) {
        Numbers usual = new Numbers(false, ReadingOptions.NO_THOUSANDS, options.missing());
        NumberMarks marks = new NumberMarks(delimiter);
        int columns = rows.isEmpty() ? 0 : rows.getFirst().cells().size();
        for (int column = 0; column < columns; column++) {
            int index = column;
            List<Sampled> there = rows.stream()
                    .filter(row -> index < row.cells().size()
                            && !usual.isMissing(row.cells().get(index)))
                    .toList();
            long numbers = there.stream()
                    .filter(row -> NumberMarks.kind(row.cells().get(index)) != NumberMarks.Kind.NONE)
                    .count();
            boolean stamps =
                    isStamps(there.stream().map(row -> row.cells().get(index)).toList());
            if (2 * numbers >= there.size() && !stamps) {
                there.forEach(row -> marks.add(index, row.line(), row.cells().get(index)));
            }
        }
        return marks;
    }

    /** Whether all cells are stamps of a form that a number has, too: 2024.05, 05.2024. */
    private static boolean isStamps(List<String> cells) {
        StampParser parser = new StampParser();
        return !cells.isEmpty() && cells.stream().allMatch(cell -> parser.parse(cell, TimeFormat.YEAR_MONTH));
    }

    /** The records of the sample, the header's included. */
    List<Sampled> records(String delimiter) {
        List<Sampled> records = new ArrayList<>();
        if (delimiter.equals(CsvFormat.WHITE_SPACE)) {
            List<String> lines = sample.lines().limit(MOST_RECORDS).toList();
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).isBlank()) {
                    records.add(new Sampled(linesBefore + i + 1, WhiteSpaceRows.cells(lines.get(i))));
                }
            }
            return records;
        }
        CsvReader<CsvRecord> reader = builder(delimiter).ofCsvRecord(sample);
        try {
            for (CsvRecord each : reader) {
                records.add(new Sampled(linesBefore + each.getStartingLineNumber(), each.getFields()));
                if (records.size() == MOST_RECORDS) {
                    break;
                }
            }
        } catch (CsvParseException e) {
            return records; // Reading the table comes to the same place, and tells it.
        }
        return records;
    }

    static CsvReader.CsvReaderBuilder builder(String delimiter) {
        return CsvReader.builder()
                .fieldSeparator(delimiter.charAt(0))
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE);
    }

    private String delimiter() {
        String best = "";
        double most = -1;
        for (String candidate : CsvFormat.KNOWN_DELIMITERS) {
            List<Sampled> records = records(candidate);
            int columns = records.isEmpty() ? 0 : records.getFirst().cells().size();
            double agreeing =
                    records.stream().filter(r -> r.cells().size() == columns).count()
                            / (double) Math.max(1, records.size());
            double score = columns < 2 ? -1 : agreeing + columns * 1e-6;
            if (score > most) {
                most = score;
                best = candidate;
            }
        }
        if (!best.isEmpty()) {
            return best;
        }
        return isWhiteSpaceTable() ? CsvFormat.WHITE_SPACE : ",";
    }

    private boolean isWhiteSpaceTable() {
        List<Sampled> records = records(CsvFormat.WHITE_SPACE);
        int columns = records.isEmpty() ? 0 : records.getFirst().cells().size();
        return records.size() > 1
                && columns > 1
                && records.stream().allMatch(r -> r.cells().size() == columns);
    }
}
