package org.rhn4j.tasks.series;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import org.rhn4j.UserError;

/**
 * Text whose encoding is found while it is read, with constant memory.
 *
 * <p>A byte order mark tells UTF-8 and UTF-16. Without one the text is taken for UTF-8, of which ASCII is a part. The
 * first byte that cannot be UTF-8 decides: if all text before it was ASCII, the whole is Windows-1252, which contains
 * Latin-1, and is read on as such; if not, the text mixes two encodings and is refused. It is refused as well where
 * characters come in UTF-8 after that. Zero bytes are no text.
 */
final class EncodedText extends Reader {
    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    private static final int BUFFER = 1 << 16;

    private final String source;
    private final InputStream stream;
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).limit(0);
    private final CharBuffer chars = CharBuffer.allocate(BUFFER).limit(0);
    private final int[] lastBytes = new int[3];

    private CharsetDecoder decoder = UTF_8.newDecoder();
    private Charset charset = UTF_8;
    private boolean started;
    private boolean streamEnded;
    private boolean flushed;
    private boolean sawUtf8;
    private long firstWindowsLine;
    private long bytesFetched;
    /** The place of the first character in {@link #chars}' array that is not counted yet. */
    private long line = 1;

    private long column = 1;
    /** Characters of the array that have been counted. */
    private int counted;

    private boolean afterReturn;

    /** @param source what errors call the text */
    EncodedText(String source, InputStream stream) {
        this.source = source;
        this.stream = stream;
    }

    /** The encoding as far as it is known by now. */
    Charset charset() {
        return charset;
    }

    /** How much of the stream was fetched by now. */
    long bytesFetched() {
        return bytesFetched;
    }

    /** The line of the first character that is Windows-1252 and not UTF-8, or 0. */
    long firstWindowsLine() {
        return firstWindowsLine;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!chars.hasRemaining()) {
            if (flushed) {
                return -1;
            }
            decode();
        }
        int count = Math.min(length, chars.remaining());
        chars.get(target, offset, count);
        return count;
    }

    private void decode() throws IOException {
        if (!started) {
            start();
        }
        countPlaces(chars.limit());
        counted = 0;
        chars.clear();
        int before = bytes.position();
        CoderResult result = decoder.decode(bytes, chars, streamEnded);
        check(before, bytes.position());
        if (result.isError()) {
            changeEncoding();
        } else if (result.isUnderflow() && streamEnded) {
            flushed = decoder.flush(chars).isUnderflow();
        } else if (result.isUnderflow() && chars.position() == 0) {
            fetch();
        }
        chars.flip();
        refuseZeroBytes();
    }

    private void start() throws IOException {
        while (!streamEnded && bytes.remaining() < 3) {
            fetch();
        }
        int first = byteAt(0);
        int second = byteAt(1);
        if (first == 0xEF && second == 0xBB && byteAt(2) == 0xBF) {
            bytes.position(3);
        } else if (first == 0xFF && second == 0xFE) {
            charset = UTF_16LE;
            bytes.position(2);
        } else if (first == 0xFE && second == 0xFF) {
            charset = UTF_16BE;
            bytes.position(2);
        }
        decoder = charset.newDecoder();
        started = true;
    }

    private int byteAt(int index) {
        return index < bytes.limit() ? bytes.get(index) & 0xFF : -1;
    }

    private void fetch() throws IOException {
        bytes.compact();
        int count = stream.read(bytes.array(), bytes.position(), bytes.remaining());
        if (count < 0) {
            streamEnded = true;
        } else {
            bytes.position(bytes.position() + count);
            bytesFetched += count;
        }
        bytes.flip();
    }

    /** Looks at bytes that were decoded in this call. */
    private void check(int from, int to) {
        if (charset.equals(UTF_8)) {
            for (int i = from; i < to && !sawUtf8; i++) {
                sawUtf8 = bytes.get(i) < 0;
            }
        } else if (charset.equals(WINDOWS_1252)) {
            for (int i = from; i < to; i++) {
                lastBytes[0] = lastBytes[1];
                lastBytes[1] = lastBytes[2];
                lastBytes[2] = bytes.get(i) & 0xFF;
                if (endsInUtf8()) {
                    throw mixed(i - from);
                }
            }
        }
    }

    /** Whether the last two or three bytes make a character of UTF-8: hardly ever so in Windows-1252. */
    private boolean endsInUtf8() {
        boolean continued = lastBytes[2] >= 0x80 && lastBytes[2] <= 0xBF;
        boolean two = lastBytes[1] >= 0xC2 && lastBytes[1] <= 0xDF;
        boolean three = lastBytes[0] >= 0xE1 && lastBytes[0] <= 0xEF && lastBytes[1] >= 0x80 && lastBytes[1] <= 0xBF;
        return continued && (two || three);
    }

    /** The decoder has stopped before a byte that is not in the encoding. */
    private void changeEncoding() {
        if (!charset.equals(UTF_8)) {
            countPlaces(chars.position());
            throw new UserError("%s, line %d, column %d: not a character in %s; save the file as UTF-8."
                    .formatted(source, line, column, charset));
        }
        if (sawUtf8) {
            throw mixed(chars.position());
        }
        charset = WINDOWS_1252;
        // Five bytes have no meaning in Windows-1252.
        decoder = WINDOWS_1252.newDecoder().onUnmappableCharacter(CodingErrorAction.REPLACE);
        countPlaces(chars.position());
        firstWindowsLine = line;
    }

    /** @param decoded how many characters of {@link #chars} come before */
    private UserError mixed(int decoded) {
        countPlaces(decoded);
        return new UserError(
                "%s, line %d, column %d: the text is partly UTF-8 and partly Windows-1252 (Latin-1); save it in one encoding, best UTF-8."
                        .formatted(source, line, column));
    }

    private void refuseZeroBytes() {
        for (int i = 0; i < chars.limit(); i++) {
            if (chars.get(i) == 0) {
                countPlaces(i);
                throw new UserError("%s, line %d, column %d: a zero byte, so this is not text; name a CSV file."
                        .formatted(source, line, column));
            }
        }
    }

    private void countPlaces(int count) {
        char[] decoded = chars.array();
        for (; counted < count; counted++) {
            char c = decoded[counted];
            boolean second = c == '\n' && afterReturn;
            if (c == '\r' || (c == '\n' && !second)) {
                line++;
                column = 1;
            } else if (!second) {
                column++;
            }
            afterReturn = c == '\r';
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
