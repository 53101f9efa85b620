package org.rhn4j.tasks.text;

import java.io.IOException;
import org.rhn4j.UserError;

/**
 * Cuts text into tokens as it streams by; memory is bounded by the longest word.
 *
 * <p>White space is what Unicode calls so, with the no-break spaces and the information separators: what Python's
 * {@code str.split()} splits at.
 */
final class Tokenizer {
    static final int LONGEST_WORD = 1 << 25;

    private final TextUnit unit;
    private final boolean stripLines;

    /** Takes tokens with the line and column, from 1, at which they start. */
    interface Sink {
        void word(String token, long line, long column);

        void character(int codePoint, long line, long column);

        void endOfLine();
    }

    Tokenizer(TextUnit unit, boolean stripLines) {
        this.unit = unit;
        this.stripLines = stripLines;
    }

    /**
     * Reads to the end.
     *
     * @param closeLastLine whether a last line without a line feed ends all the same
     * @return whether there was anything but white space
     */
    boolean read(CodePoints text, String source, boolean closeLastLine, Sink sink) throws IOException {
        Line line = switch (unit) {
            case WORD -> new Words(source, sink);
            case CHARACTER -> stripLines ? new StrippedCharacters(sink) : new Characters(sink);
        };
        boolean inLine = false;
        boolean visible = false;
        for (int codePoint = text.next(); codePoint != CodePoints.END; codePoint = text.next()) {
            inLine = codePoint != '\n';
            if (inLine) {
                visible |= !isSpace(codePoint);
                line.take(codePoint, text.line(), text.column());
            } else {
                line.end(true);
                sink.endOfLine();
            }
        }
        if (inLine) {
            line.end(closeLastLine);
            if (closeLastLine) {
                sink.endOfLine();
            }
        }
        return visible;
    }

    static boolean isSpace(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint) || codePoint == 0x85;
    }

    private interface Line {
        void take(int codePoint, long line, long column);

        /** @param complete false if the text stops in mid-line and may go on */
        void end(boolean complete);
    }

    private static final class Words implements Line {
        private final String source;
        private final Sink sink;
        private final StringBuilder word = new StringBuilder();
        private long line;
        private long column;

        Words(String source, Sink sink) {
            this.source = source;
            this.sink = sink;
        }

        @Override
        public void take(int codePoint, long atLine, long atColumn) {
            if (isSpace(codePoint)) {
                end(true);
                return;
            }
            if (word.isEmpty()) {
                line = atLine;
                column = atColumn;
            } else if (word.length() >= LONGEST_WORD) {
                throw new UserError(
                        "%s, line %d, column %d: a word goes on for more than %d characters; is this text with spaces?"
                                .formatted(source, line, column, LONGEST_WORD));
            }
            word.appendCodePoint(codePoint);
        }

        @Override
        public void end(boolean complete) {
            if (!word.isEmpty()) {
                sink.word(word.toString(), line, column);
                word.setLength(0);
            }
        }
    }

    private record Characters(Sink sink) implements Line {
        @Override
        public void take(int codePoint, long line, long column) {
            sink.character(codePoint, line, column);
        }

        @Override
        public void end(boolean complete) {}
    }

    /** Holds spaces back until it is known that they are neither leading nor trailing. */
    private static final class StrippedCharacters implements Line {
        private final Sink sink;
        private boolean begun;
        private long spaces;

        StrippedCharacters(Sink sink) {
            this.sink = sink;
        }

        @Override
        public void take(int codePoint, long line, long column) {
            if (isSpace(codePoint)) {
                spaces += begun ? 1 : 0;
                return;
            }
            release(line, column - spaces);
            begun = true;
            sink.character(codePoint, line, column);
        }

        @Override
        public void end(boolean complete) {
            if (!complete) {
                release(0, 0);
            }
            begun = false;
            spaces = 0;
        }

        private void release(long line, long column) {
            for (long i = 0; i < spaces; i++) {
                sink.character('_', line, column + i);
            }
            spaces = 0;
        }
    }
}
