package org.rhn4j.tasks.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.rhn4j.UserError;
import org.rhn4j.store.AtomicFiles;
import org.rhn4j.store.FileProblems;

/**
 * The tokens that a language model knows, numbered from 0.
 *
 * <p>Its file, {@code vocabulary.txt}, is UTF-8 with one token a line; the line's number, from 0, is the token's id.
 * The token {@value #END_OF_LINE} stands for the end of a line of text and is always there; {@value #UNKNOWN} stands
 * for every token that is not, and may be absent. The space of a character vocabulary is a line that holds one space.
 */
public final class Vocabulary {
    /** The token at the end of every line. */
    public static final String END_OF_LINE = "<eos>";

    /** The token in the place of one that is not in the vocabulary. */
    public static final String UNKNOWN = "<unk>";

    private static final int ABSENT = -1;
    private static final long LONGEST_FILE = 256L << 20;

    private final List<String> tokens;
    private final Map<String, Integer> ids;
    private final int[] idsByCodePoint;
    private final int endOfLineId;
    private final int unknownId;

    private Vocabulary(List<String> tokens, Map<String, Integer> ids) {
        this.tokens = List.copyOf(tokens);
        this.ids = ids;
        this.endOfLineId = ids.getOrDefault(END_OF_LINE, ABSENT);
        this.unknownId = ids.getOrDefault(UNKNOWN, ABSENT);
        this.idsByCodePoint = idsByCodePoint(this.tokens);
    }

    /**
     * A vocabulary of these tokens, numbered in this order.
     *
     * @throws IllegalArgumentException if one is empty, holds a line feed or is given twice, or if
     *     {@value #END_OF_LINE} is absent
     */
    public static Vocabulary of(List<String> tokens) {
        Map<String, Integer> ids = new HashMap<>();
        for (String token : tokens) {
            if (token.isEmpty() || token.indexOf('\n') >= 0 || ids.put(token, ids.size()) != null) {
                throw new IllegalArgumentException("empty, broken or repeated token: \"" + token + "\"");
            }
        }
        if (!ids.containsKey(END_OF_LINE)) {
            throw new IllegalArgumentException(END_OF_LINE + " is absent");
        }
        return new Vocabulary(tokens, ids);
    }

    /**
     * Reads a file.
     *
     * @param unit what every token but {@value #END_OF_LINE} and {@value #UNKNOWN} must be
     * @throws UserError naming the line, if the file is missing, unreadable or not UTF-8, or holds an empty line, a
     *     token twice, or one that is not of this unit; or if it lacks {@value #END_OF_LINE}
     */
    public static Vocabulary read(Path file, TextUnit unit) {
        List<String> tokens = lines(file);
        Map<String, Integer> ids = new HashMap<>();
        for (int line = 1; line <= tokens.size(); line++) {
            String token = tokens.get(line - 1);
            if (token.isEmpty()) {
                throw broken(file, line, "is empty");
            }
            if (!isOfUnit(token, unit)) {
                throw broken(file, line, "does not hold one " + unit);
            }
            Integer earlier = ids.putIfAbsent(token, line - 1);
            if (earlier != null) {
                throw broken(file, line, "repeats the token of line " + (earlier + 1));
            }
        }
        if (!ids.containsKey(END_OF_LINE)) {
            throw new UserError(
                    "%s lacks the token %s; restore it from where the model came from.".formatted(file, END_OF_LINE));
        }
        return new Vocabulary(tokens, ids);
    }

    /** Writes the file, atomically; throws {@link UserError} as {@link AtomicFiles#write} does. */
    public void write(Path file) {
        StringBuilder text = new StringBuilder();
        for (String token : tokens) {
            text.append(token).append('\n');
        }
        AtomicFiles.writeText(file, text.toString());
    }

    /** How many tokens there are; ids run from 0 to one less. */
    public int size() {
        return tokens.size();
    }

    /** The tokens in the order of their ids; not to be modified. */
    public List<String> tokens() {
        return tokens;
    }

    /** The token of an id. */
    public String token(int id) {
        return tokens.get(id);
    }

    /** The id of a token, if it is in the vocabulary. */
    public OptionalInt id(String token) {
        int id = idOrAbsent(token);
        return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The id of {@value #END_OF_LINE}. */
    public int endOfLineId() {
        return endOfLineId;
    }

    /** Whether {@value #UNKNOWN} is a token. */
    public boolean holdsUnknown() {
        return unknownId >= 0;
    }

    /**
     * The id of {@value #UNKNOWN}.
     *
     * @throws IllegalStateException if it is not a token
     */
    public int unknownId() {
        if (unknownId < 0) {
            throw new IllegalStateException("the vocabulary has no " + UNKNOWN);
        }
        return unknownId;
    }

    /** Starts a vocabulary from the tokens of a training text. */
    public static Builder builder(TextUnit unit) {
        return new Builder(unit);
    }

    /** The id of a token, or a negative number. */
    int idOrAbsent(String token) {
        return ids.getOrDefault(token, ABSENT);
    }

    /** The id of a one-character token, or a negative number. */
    int idOrAbsent(int codePoint) {
        return codePoint < idsByCodePoint.length ? idsByCodePoint[codePoint] : ABSENT;
    }

    private static int[] idsByCodePoint(List<String> tokens) {
        int highest = -1;
        for (String token : tokens) {
            highest = isOneCodePoint(token) ? Math.max(highest, token.codePointAt(0)) : highest;
        }
        int[] table = new int[highest + 1];
        Arrays.fill(table, ABSENT);
        for (int id = 0; id < tokens.size(); id++) {
            if (isOneCodePoint(tokens.get(id))) {
                table[tokens.get(id).codePointAt(0)] = id;
            }
        }
        return table;
    }

    private static boolean isOneCodePoint(String token) {
        return token.codePointCount(0, token.length()) == 1;
    }

    private static boolean isOfUnit(String token, TextUnit unit) {
        return switch (unit) {
            case WORD -> token.codePoints().noneMatch(Tokenizer::isSpace);
            case CHARACTER -> isOneCodePoint(token) || token.equals(END_OF_LINE) || token.equals(UNKNOWN);
        };
    }

    /** Lines end at line feeds alone, for any other control character may be a token of a character vocabulary. */
    private static List<String> lines(Path file) {
        FileProblems.requireReadableFile(file);
        byte[] bytes;
        try {
            if (Files.size(file) > LONGEST_FILE) {
                throw new UserError("%s is %s long, too long for a vocabulary; is it the right file?"
                        .formatted(file, FileProblems.size(Files.size(file))));
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw FileProblems.cannotRead(file, e);
        }
        CharsetDecoder decoder = UTF_8.newDecoder();
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length ? start < i : bytes[i] == '\n') {
                lines.add(line(file, ByteBuffer.wrap(bytes, start, i - start), decoder, lines.size() + 1));
                start = i + 1;
            }
        }
        if (lines.isEmpty()) {
            throw new UserError("%s is empty; restore it from where the model came from.".formatted(file));
        }
        // A file that passed through an editor on Windows has a carriage return at the end of every line.
        if (lines.stream().allMatch(line -> line.endsWith("\r"))) {
            lines.replaceAll(line -> line.substring(0, line.length() - 1));
        }
        return lines;
    }

    private static String line(Path file, ByteBuffer bytes, CharsetDecoder decoder, int number) {
        try {
            return decoder.decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw broken(file, number, "is not UTF-8 text");
        }
    }

    private static UserError broken(Path file, int line, String how) {
        return new UserError(
                "%s, line %d %s; restore the file from where the model came from.".formatted(file, line, how));
    }

    /**
     * Makes a vocabulary from the tokens of a training text: the frequent first, and of equally frequent ones the one
     * that appeared first, so that the same text always gives the same numbers.
     *
     * <p>By word: where the text itself holds {@value #UNKNOWN}, every token is kept; where it does not, words seen
     * only once are folded into {@value #UNKNOWN}, so that the model learns what an unknown word is like. By character:
     * every character is kept, and {@value #UNKNOWN} is added only on demand.
     */
    public static final class Builder {
        private final TextUnit unit;
        private final Map<String, Long> counts = new LinkedHashMap<>();
        private int maximumSize = Integer.MAX_VALUE;
        private boolean unknownNeeded;

        private Builder(TextUnit unit) {
            this.unit = unit;
        }

        /** Counts one occurrence. */
        public Builder add(String token) {
            return add(token, 1);
        }

        /** Counts several occurrences of a token. */
        public Builder add(String token, long count) {
            counts.merge(token, count, Long::sum);
            return this;
        }

        /**
         * By word: keeps no more than this many tokens, {@value #END_OF_LINE} and {@value #UNKNOWN} among them; rarer
         * words are folded into {@value #UNKNOWN}.
         *
         * @throws UserError if the size is below 3, or tokens are characters
         */
        public Builder maximumSize(int size) {
            if (size < 3) {
                throw new UserError(
                        "A vocabulary of at most %d tokens has no room for words; allow at least 3.".formatted(size));
            }
            if (unit == TextUnit.CHARACTER && size != Integer.MAX_VALUE) {
                throw new UserError("The size of a vocabulary of characters cannot be limited; leave the limit out.");
            }
            maximumSize = size;
            return this;
        }

        /** Adds {@value #UNKNOWN} even if nothing was folded into it. */
        public Builder unknownNeeded() {
            unknownNeeded = true;
            return this;
        }

        /** The vocabulary of what has been counted. */
        public Vocabulary build() {
            Map<String, Long> kept = new LinkedHashMap<>(counts);
            if (unit == TextUnit.WORD) {
                if (!kept.containsKey(UNKNOWN)) {
                    fold(kept, seenOnce());
                }
                kept.putIfAbsent(UNKNOWN, 0L);
            }
            kept.putIfAbsent(END_OF_LINE, 0L);
            if (unknownNeeded) {
                kept.putIfAbsent(UNKNOWN, 0L);
            }
            if (kept.size() > maximumSize) {
                List<String> ordinary = byFrequency(kept).stream()
                        .filter(token -> !isSpecial(token))
                        .toList();
                fold(kept, ordinary.subList(maximumSize - 2, ordinary.size()));
            }
            return of(byFrequency(kept));
        }

        private List<String> seenOnce() {
            return counts.entrySet().stream()
                    .filter(entry -> entry.getValue() == 1)
                    .map(Map.Entry::getKey)
                    .toList();
        }

        /** Moves the counts of some tokens to the unknown one, which appears after all others if it is new. */
        private static void fold(Map<String, Long> counts, List<String> rare) {
            long folded = 0;
            for (String token : rare) {
                if (!isSpecial(token)) {
                    Long count = counts.remove(token);
                    folded += count == null ? 0 : count;
                }
            }
            if (folded > 0) {
                counts.merge(UNKNOWN, folded, Long::sum);
            }
        }

        private static boolean isSpecial(String token) {
            return token.equals(END_OF_LINE) || token.equals(UNKNOWN);
        }

        /** The sort is stable, and the map keeps the order of first appearance. */
        private static List<String> byFrequency(Map<String, Long> counts) {
            return counts.entrySet().stream()
                    .sorted(Comparator.comparingLong((Map.Entry<String, Long> entry) -> -entry.getValue()))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }
}
