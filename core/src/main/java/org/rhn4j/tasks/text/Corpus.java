package org.rhn4j.tasks.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rhn4j.UserError;
import org.rhn4j.store.FileProblems;

/**
 * Reads text as a sequence of tokens, which a {@link Vocabulary} numbers.
 *
 * <p>By word, the tokens of a line are what stands between white space, then {@code <eos>}. By character, they are the
 * line's code points, then {@code <eos>}; with stripped lines, leading and trailing white space is left out and every
 * inner space is written {@code _}, which is the usual form of the Penn Treebank's character set. A line ends with a
 * line feed, with or without a carriage return before it, or with a carriage return alone where the first line does; the
 * last line counts whether or not it ends with one.
 *
 * <p>Files are streamed: what is held in memory is the numbers, four bytes a token, not the text.
 */
public final class Corpus {
    private static final int LONGEST_SHOWN = 40;

    private final TextUnit unit;
    private final boolean stripLines;
    private final Tokenizer tokenizer;

    /**
     * A way of reading text.
     *
     * @param stripLines whether, by character, lines are stripped and spaces written {@code _}; by word it changes
     *     nothing
     */
    public Corpus(TextUnit unit, boolean stripLines) {
        this.unit = unit;
        this.stripLines = stripLines;
        this.tokenizer = new Tokenizer(unit, stripLines);
    }

    /** What a token is. */
    public TextUnit unit() {
        return unit;
    }

    /** Whether lines are stripped and inner spaces written {@code _}. */
    public boolean stripLines() {
        return stripLines;
    }

    /**
     * Reads a file.
     *
     * @return the ids of its tokens, in order
     * @throws UserError if the file is missing, unreadable, empty, all white space, binary or not UTF-8, or holds a
     *     token that the vocabulary lacks and that may not be mapped
     */
    public int[] encode(Path file, Vocabulary vocabulary, UnknownTokens unknown) {
        Encoder encoder = new Encoder(file.toString(), vocabulary, unknown);
        read(file, encoder);
        return encoder.ids.toArray();
    }

    /**
     * Reads the beginning of a text that is to be continued: no {@code <eos>} is added to a line left open, and spaces
     * at its end are kept.
     *
     * @return the ids of its tokens; none if it is empty
     * @throws UserError if it holds a token that the vocabulary lacks and that may not be mapped
     */
    public int[] encodePrompt(String text, Vocabulary vocabulary, UnknownTokens unknown) {
        Encoder encoder = new Encoder("the given text", vocabulary, unknown);
        try (CodePoints codePoints = new CodePoints(encoder.source, new ByteArrayInputStream(text.getBytes(UTF_8)))) {
            tokenizer.read(codePoints, encoder.source, false, encoder);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory cannot fail", e);
        }
        return encoder.ids.toArray();
    }

    /**
     * Writes a whole text of tokens: words with a space between them, {@code <eos>} as a line feed, {@code _} of stripped
     * lines as a space. Where tokens come one by one, a {@link #decoder} knows what came before.
     *
     * @param ids each within the vocabulary
     */
    public String decode(int[] ids, Vocabulary vocabulary) {
        TextDecoder decoder = decoder(vocabulary);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.next(id));
        }
        return text.toString();
    }

    /** Writes tokens as text one at a time, from the start of a line. */
    public TextDecoder decoder(Vocabulary vocabulary) {
        return new TextDecoder(vocabulary, unit == TextUnit.WORD, stripLines && unit == TextUnit.CHARACTER);
    }

    /** Streams a file's tokens; throws as {@link #encode} does. */
    void read(Path file, Tokenizer.Sink sink) {
        FileProblems.requireReadableFile(file);
        boolean visible;
        try {
            if (Files.size(file) == 0) {
                throw new UserError("%s is empty; name a file that holds text.".formatted(file));
            }
            try (InputStream stream = Files.newInputStream(file);
                    CodePoints text = new CodePoints(file.toString(), stream)) {
                visible = tokenizer.read(text, file.toString(), true, sink);
            }
        } catch (IOException e) {
            throw FileProblems.cannotRead(file, e);
        }
        if (!visible) {
            throw new UserError("%s holds only white space; name a file that holds text.".formatted(file));
        }
    }

    static UserError tooLong(String source) {
        return new UserError(
                "%s has more than %d tokens; split it into smaller files.".formatted(source, IntList.LARGEST));
    }

    private static final class Encoder implements Tokenizer.Sink {
        private final String source;
        private final Vocabulary vocabulary;
        private final UnknownTokens unknown;
        private final IntList ids = new IntList();

        Encoder(String source, Vocabulary vocabulary, UnknownTokens unknown) {
            this.source = source;
            this.vocabulary = vocabulary;
            this.unknown = unknown;
        }

        @Override
        public void word(String token, long line, long column) {
            int id = vocabulary.idOrAbsent(token);
            add(id >= 0 ? id : unknownId("word", token, line, column));
        }

        @Override
        public void character(int codePoint, long line, long column) {
            int id = vocabulary.idOrAbsent(codePoint);
            add(id >= 0 ? id : unknownId("character", Character.toString(codePoint), line, column));
        }

        @Override
        public void endOfLine() {
            add(vocabulary.endOfLineId());
        }

        private void add(int id) {
            if (ids.size() == IntList.LARGEST) {
                throw tooLong(source);
            }
            ids.add(id);
        }

        private int unknownId(String kind, String token, long line, long column) {
            if (unknown == UnknownTokens.MAP && vocabulary.holdsUnknown()) {
                return vocabulary.unknownId();
            }
            String advice = vocabulary.holdsUnknown()
                    ? "allow unknown ones, which are then read as <unk>, with --map-unknown, or remove it"
                    : "the vocabulary has no <unk> to stand for it, so remove it or train on text that holds it";
            throw new UserError("%s, line %d, column %d: the %s %s is not in the vocabulary; %s."
                    .formatted(source, line, column, kind, shown(token), advice));
        }

        private static String shown(String token) {
            int codePoint = token.codePointAt(0);
            if (token.length() == Character.charCount(codePoint)
                    && (Character.isISOControl(codePoint) || Tokenizer.isSpace(codePoint))) {
                return "U+%04X".formatted(codePoint);
            }
            if (token.codePointCount(0, token.length()) <= LONGEST_SHOWN) {
                return "\"" + token + "\"";
            }
            return "\"" + token.substring(0, token.offsetByCodePoints(0, LONGEST_SHOWN)) + "…\"";
        }
    }
}
