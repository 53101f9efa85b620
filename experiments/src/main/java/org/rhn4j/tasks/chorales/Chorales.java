package org.rhn4j.tasks.chorales;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.store.Fingerprint;
import org.rhn4j.store.Json;

/**
 * Pieces of polyphonic music in three parts: to train on, to choose by, to report on. A piece is a list of time steps; a
 * step is the keys of a piano, from 0 to {@value #KEYS} − 1, that sound in it.
 */
public final class Chorales {
    /** Keys of a piano. */
    public static final int KEYS = 88;

    private static final int LOWEST_NOTE = 21;

    private final List<int[][]> train;
    private final List<int[][]> validation;
    private final List<int[][]> test;
    private final String fileName;
    private final String sha256;

    /** The file: for each part its pieces, each a list of steps, each a list of MIDI notes. */
    private record Document(int[][][] train, int[][][] valid, int[][][] test) {}

    private Chorales(Document document, Path file) {
        train = pieces(document.train(), "train", file);
        validation = pieces(document.valid(), "valid", file);
        test = pieces(document.test(), "test", file);
        fileName = String.valueOf(file.getFileName());
        sha256 = Fingerprint.sha256(file);
    }

    /**
     * Reads a JSON object with the keys {@code train}, {@code valid} and {@code test}, each a list of pieces of lists of
     * MIDI notes from 21 to 108.
     *
     * @throws UserError if the file is missing or damaged, a part is empty, a piece is shorter than 2 steps, or a note is
     *     not on a piano
     */
    public static Chorales read(Path file) {
        return new Chorales(Json.read(file, Document.class), file);
    }

    private static List<int[][]> pieces(int[][][] notes, String part, Path file) {
        if (notes.length == 0) {
            throw new UserError("%s has no piece in the part %s; give at least one.".formatted(file, part));
        }
        for (int p = 0; p < notes.length; p++) {
            if (notes[p].length < 2) {
                throw new UserError("%s, piece %d of the part %s has fewer than 2 steps, so that nothing is predicted;"
                                .formatted(file, p + 1, part)
                        + " take it out.");
            }
            for (int[] step : notes[p]) {
                for (int i = 0; i < step.length; i++) {
                    step[i] = key(step[i], p, part, file);
                }
            }
        }
        return List.copyOf(Arrays.asList(notes));
    }

    private static int key(int note, int piece, String part, Path file) {
        if (note < LOWEST_NOTE || note >= LOWEST_NOTE + KEYS) {
            throw new UserError("%s, piece %d of the part %s has the note %d, which is not on a piano; notes are MIDI"
                            .formatted(file, piece + 1, part, note)
                    + " numbers from 21 to 108.");
        }
        return note - LOWEST_NOTE;
    }

    /** The pieces to train on: keys by step; not to be modified. */
    public List<int[][]> train() {
        return train;
    }

    /** The pieces to choose by; not to be modified. */
    public List<int[][]> validation() {
        return validation;
    }

    /** The pieces to report on; not to be modified. */
    public List<int[][]> test() {
        return test;
    }

    /** Steps of the longest piece in any part. */
    public int longest() {
        int longest = 0;
        for (List<int[][]> part : List.of(train, validation, test)) {
            longest = Math.max(longest, longest(part));
        }
        return longest;
    }

    /** Steps of the longest of some pieces. */
    static int longest(List<int[][]> pieces) {
        return pieces.stream().mapToInt(piece -> piece.length).max().orElseThrow();
    }

    /** Name of the file without its folder. */
    public String fileName() {
        return fileName;
    }

    /** Fingerprint of the file, in hexadecimal. */
    public String sha256() {
        return sha256;
    }
}
