package org.rhn4j.tasks.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import org.rhn4j.UserError;

/**
 * Reads UTF-8 text one code point at a time through a small buffer, and knows where it is.
 *
 * <p>A carriage return before a line feed is dropped, and so is a byte order mark at the start. A carriage return alone
 * ends a line where it ends the first one, as in texts of old; else it is a character. Zero bytes and malformed UTF-8 are
 * errors that tell byte and line.
 */
final class CodePoints implements AutoCloseable {
    static final int END = -1;

    private static final int NONE = -2;
    private static final int BUFFER = 1 << 16;

    private final String source;
    private final InputStream stream;
    private final CharsetDecoder decoder = UTF_8.newDecoder();
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).limit(0);
    private final CharBuffer chars = CharBuffer.allocate(BUFFER).limit(0);

    private boolean streamEnded;
    /** Bytes fetched from the stream so far. */
    private long fetched;
    /** Bytes of the code points handed out so far. */
    private long consumed;

    private int pushedBack = NONE;
    private boolean firstLineEnded;
    private boolean returnsEndLines;
    private boolean started;
    private boolean lineEnded;
    private long line = 1;
    private long column;

    /** @param source what errors call the text */
    CodePoints(String source, InputStream stream) {
        this.source = source;
        this.stream = stream;
    }

    /** The next code point, {@code '\n'} at every line end, or {@link #END}. */
    int next() throws IOException {
        int codePoint = take();
        if (codePoint == '\r') {
            int after = take();
            if (after == '\n') {
                codePoint = '\n';
            } else {
                pushedBack = after;
                returnsEndLines |= !firstLineEnded;
                codePoint = returnsEndLines ? '\n' : '\r';
            }
        }
        firstLineEnded |= codePoint == '\n';
        if (lineEnded) {
            line++;
            column = 0;
            lineEnded = false;
        }
        column++;
        lineEnded = codePoint == '\n';
        return codePoint;
    }

    /** The line of the code point last returned, from 1. */
    long line() {
        return line;
    }

    /** The place in its line of the code point last returned, in code points from 1. */
    long column() {
        return column;
    }

    private int take() throws IOException {
        if (pushedBack != NONE) {
            int codePoint = pushedBack;
            pushedBack = NONE;
            return codePoint;
        }
        int codePoint = decodeOne();
        if (codePoint == 0) {
            throw new UserError(
                    "%s holds a zero byte at offset %d (line %d), so it is not text; name a UTF-8 text file."
                            .formatted(source, consumed, lineAhead()));
        }
        consumed += codePoint < 0 ? 0 : codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
        return codePoint;
    }

    private int decodeOne() throws IOException {
        if (!started) {
            started = true;
            skipByteOrderMark();
        }
        if (!chars.hasRemaining() && !refill()) {
            return END;
        }
        char first = chars.get();
        if (!Character.isHighSurrogate(first)) {
            return first;
        }
        // The decoder puts both halves of a pair into the buffer or neither.
        return Character.toCodePoint(first, chars.get());
    }

    private void skipByteOrderMark() throws IOException {
        if (refill() && chars.get(chars.position()) == '\uFEFF') {
            chars.get();
            consumed += 3;
        }
    }

    /** Decodes at least one character, or says that there is none left. */
    private boolean refill() throws IOException {
        chars.clear();
        while (chars.position() == 0) {
            if (!streamEnded) {
                fetch();
            }
            CoderResult result = decoder.decode(bytes, chars, streamEnded);
            // What came before the damage is handed out first, so that the line is known when the damage is reached.
            if (result.isError() && chars.position() == 0) {
                throw malformed();
            }
            if (streamEnded && result.isUnderflow()) {
                break;
            }
        }
        chars.flip();
        return chars.hasRemaining();
    }

    private void fetch() throws IOException {
        bytes.compact();
        int length = stream.read(bytes.array(), bytes.position(), bytes.remaining());
        if (length < 0) {
            streamEnded = true;
        } else {
            fetched += length;
            bytes.position(bytes.position() + length);
        }
        bytes.flip();
    }

    private UserError malformed() {
        long offset = fetched - bytes.remaining();
        int value = Byte.toUnsignedInt(bytes.get(bytes.position()));
        if (offset == 0 && value >= 0xfe) {
            return new UserError("%s is UTF-16 text; save it as UTF-8.".formatted(source));
        }
        return new UserError(
                "%s is not UTF-8 text: byte 0x%02X at offset %d (line %d) is out of place; convert it to UTF-8."
                        .formatted(source, value, offset, lineAhead()));
    }

    private long lineAhead() {
        return lineEnded ? line + 1 : line;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
