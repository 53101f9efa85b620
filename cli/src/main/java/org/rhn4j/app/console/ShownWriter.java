package org.rhn4j.app.console;

import java.io.PrintWriter;
import java.io.Writer;

/**
 * Prints for a terminal, whatever stands in names and tokens: control characters are shown as escapes, as
 * {@code \\u001b}, so that no text from data moves the cursor, hides a line or turns its direction. Line feeds and tabs
 * are printed as they are. In JSON the escapes mean the same characters.
 */
public final class ShownWriter extends PrintWriter {
    /** Prints to a writer; with {@code autoFlush} each line is handed on when it ends. */
    public ShownWriter(Writer out, boolean autoFlush) {
        super(out, autoFlush);
    }

    /** Prints to the same writer as it is: what this program alone made, such as help with its colours. */
    public PrintWriter plain() {
        return new PrintWriter(out, true);
    }

    /** Prints what is this program's own to a terminal, and may hold control characters. */
    void control(String text) {
        super.write(text, 0, text.length());
    }

    @Override
    public void write(int character) {
        write(String.valueOf((char) character));
    }

    @Override
    public void write(char[] buffer, int offset, int length) {
        write(new String(buffer, offset, length));
    }

    @Override
    public void write(String text, int offset, int length) {
        String shown = shown(text.substring(offset, offset + length));
        super.write(shown, 0, shown.length());
    }

    /** A text with its control characters as escapes. */
    static String shown(String text) {
        if (text.chars().noneMatch(ShownWriter::isControl)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            shown.append(isControl(c) ? "\\u%04x".formatted((int) c) : c);
        }
        return shown.toString();
    }

    private static boolean isControl(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL -> c != '\n' && c != '\t';
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            // what turns the direction of the text after it
            case Character.FORMAT -> (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
            default -> false;
        };
    }
}
