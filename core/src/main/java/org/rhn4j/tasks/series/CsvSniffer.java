package org.rhn4j.tasks.series;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.rhn4j.UserError;

/** Finds out from the beginning of a table how it is written. */
final class CsvSniffer {
    private static final int MOST_RECORDS = 1000;
    private static final Pattern COMMA_NUMBER = Pattern.compile("[-+]?\\d*,\\d+([eE][-+]?\\d+)?");
    private static final Pattern POINT_NUMBER = Pattern.compile("[-+]?\\d*\\.\\d+([eE][-+]?\\d+)?");
    private static final Pattern PERHAPS_THOUSANDS = Pattern.compile("[-+]?[1-9]\\d{0,2},\\d{3}");

    private final String source;
    private final String sample;

    /** @param sample the first lines of a table, none cut short */
    CsvSniffer(String source, String sample) {
        this.source = source;
        this.sample = sample;
    }

    /** Finds what the options leave open. */
    CsvFormat find(ReadingOptions options) {
        String delimiter = options.delimiter() == null ? delimiter() : options.delimiter();
        boolean comma = options.decimalComma() == null ? decimalComma(delimiter) : options.decimalComma();
        return new CsvFormat(delimiter, comma, options.header());
    }

    /** The records of the sample, the header's included. */
    List<List<String>> records(String delimiter) {
        if (delimiter.equals(CsvFormat.WHITE_SPACE)) {
            return sample.lines()
                    .limit(MOST_RECORDS)
                    .filter(line -> !line.isBlank())
                    .map(WhiteSpaceRows::cells)
                    .toList();
        }
        List<List<String>> records = new ArrayList<>();
        CsvReader<CsvRecord> reader = builder(delimiter).ofCsvRecord(sample);
        try {
            for (CsvRecord each : reader) {
                records.add(each.getFields());
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
            List<List<String>> records = records(candidate);
            int columns = records.isEmpty() ? 0 : records.getFirst().size();
            double agreeing =
                    records.stream().filter(r -> r.size() == columns).count() / (double) Math.max(1, records.size());
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
        List<List<String>> records = records(CsvFormat.WHITE_SPACE);
        return records.size() > 1
                && records.getFirst().size() > 1
                && records.stream().allMatch(r -> r.size() == records.getFirst().size());
    }

    private boolean decimalComma(String delimiter) {
        int commas = 0;
        int certain = 0;
        int points = 0;
        String example = "";
        for (List<String> cells : records(delimiter)) {
            for (String cell : cells) {
                String text = cell.strip();
                if (COMMA_NUMBER.matcher(text).matches()) {
                    commas++;
                    example = text;
                    certain += PERHAPS_THOUSANDS.matcher(text).matches() ? 0 : 1;
                } else if (POINT_NUMBER.matcher(text).matches()) {
                    points++;
                }
            }
        }
        if (commas > 0 && points == 0 && certain == 0 && !delimiter.equals(";")) {
            throw new UserError(
                    "%s: \"%s\" may be a thousand or a decimal fraction; say --decimal-comma, or write numbers without commas."
                            .formatted(source, example));
        }
        return commas > points;
    }
}
