package org.rhn4j.app.apply;

import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.CsvCell;
import org.rhn4j.store.FileProblems;
import org.rhn4j.tasks.anomaly.Detection;

/**
 * The scores of all rows as a CSV file. It grows as rows are scored, so that other programs can follow it, and a detector
 * that goes on from its saved state goes on in it: rows beyond the state, which a killed process left, are cut off first.
 */
final class ScoreFile implements AutoCloseable {
    private static final String COLUMNS = "time,score,alarm,cause";

    private final Path path;
    private final List<String> channels;
    private final BufferedWriter writer;

    /**
     * Opens the file.
     *
     * @param lastTime how the time of the last row that the state knows is written; null to begin anew
     * @throws UserError if it cannot be written, or holds something else
     */
    ScoreFile(Path path, List<String> channels, @Nullable String lastTime) {
        this.path = path;
        this.channels = channels;
        try {
            requireScoresOrNothing();
            long kept = lastTime != null && Files.exists(path) ? lengthUpTo(lastTime) : 0;
            FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            file.truncate(kept).position(kept);
            writer = new BufferedWriter(Channels.newWriter(file, StandardCharsets.UTF_8));
            if (kept == 0) {
                writer.write(header());
            }
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    /** Scores are written over, as those of an earlier run; any other file is someone's work. */
    private void requireScoresOrNothing() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        FileProblems.requireReadableFile(path);
        byte[] start;
        try (InputStream stream = Files.newInputStream(path)) {
            start = stream.readNBytes(COLUMNS.length());
        }
        if (start.length > 0 && !new String(start, StandardCharsets.UTF_8).equals(COLUMNS)) {
            throw new UserError(
                    "%s holds something else than a detector's scores, which would be lost; give --out another file."
                            .formatted(path));
        }
    }

    private String header() {
        StringBuilder header = new StringBuilder(COLUMNS);
        channels.forEach(channel -> header.append(',').append(CsvCell.of("share of " + channel)));
        return header.append('\n').toString();
    }

    /** Bytes up to the end of the last row of a time; of all whole rows where there is none. */
    private long lengthUpTo(String lastTime) throws IOException {
        String start = CsvCell.of(lastTime) + ",";
        long at = 0;
        long whole = 0;
        long found = -1;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(path))) {
            for (int b = stream.read(); b >= 0; b = stream.read()) {
                at++;
                line.write(b);
                if (b == '\n') {
                    String text = line.toString(StandardCharsets.UTF_8);
                    if (whole == 0 && !text.equals(header())) {
                        throw new UserError(
                                "%s, line 1: this is not the scores of this model's columns; give --out another file."
                                        .formatted(path));
                    }
                    whole = at;
                    found = text.startsWith(start) ? at : found;
                    line.reset();
                }
            }
        }
        return found < 0 ? whole : found;
    }

    /** Writes the scores of a row. */
    void row(String time, Detection detection) {
        int main = detection.mainChannel();
        StringBuilder text = new StringBuilder(CsvCell.of(time))
                .append(String.format(Locale.ROOT, ",%.6f,", detection.score()))
                .append(detection.alarm() ? '1' : '0')
                .append(',')
                .append(main < 0 ? "" : CsvCell.of(channels.get(main)));
        for (double share : detection.contributions()) {
            text.append(String.format(Locale.ROOT, ",%.4f", share));
        }
        try {
            writer.append(text).append('\n');
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    /** Hands all rows so far to the system. */
    void flush() {
        try {
            writer.flush();
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    private UserError cannotWrite(IOException cause) {
        return new UserError(
                "Cannot write %s: %s; choose another place.".formatted(path, FileProblems.reason(cause)), cause);
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }
}
