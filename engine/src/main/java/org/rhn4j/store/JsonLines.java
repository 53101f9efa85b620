package org.rhn4j.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.rhn4j.UserError;

/**
 * A file that grows by a record at a time, each a line of JSON.
 *
 * <p>A line is whole once its line feed is there: what stands after the last one was cut off, by a full disk or a
 * machine that lost power, and is not read.
 *
 * @param <T> the record
 */
public final class JsonLines<T> {
    private final Path file;
    private final Class<T> type;

    /** A file of records; it need not exist yet. */
    public JsonLines(Path file, Class<T> type) {
        this.file = file;
        this.type = type;
    }

    /**
     * Adds a record.
     *
     * @throws UserError if the file cannot be written
     */
    public void append(T document) {
        byte[] line = Json.toLine(document).getBytes(StandardCharsets.UTF_8);
        try {
            Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw FileProblems.cannotWrite(file, 0, line.length, e);
        }
    }

    /**
     * All whole records; none where there is no file.
     *
     * @throws UserError if the file cannot be read, or a whole line is not such a record
     */
    public List<T> read() {
        if (!Files.exists(file)) {
            return List.of();
        }
        FileProblems.requireReadableFile(file);
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw FileProblems.cannotRead(file, e);
        }
        List<T> records = new ArrayList<>();
        int from = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
            records.add(Json.read(text.substring(from, end), type, file + ", line " + (records.size() + 1)));
            from = end + 1;
        }
        return records;
    }

    /**
     * Replaces everything, atomically.
     *
     * @throws UserError as {@link AtomicFiles#write}
     */
    public void write(List<T> records) {
        AtomicFiles.writeText(file, records.stream().map(Json::toLine).collect(Collectors.joining()));
    }
}
