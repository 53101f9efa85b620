package org.rhn4j;

import java.io.Serial;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A failure that the person at the keyboard can put right.
 *
 * <p>Its message is one clear sentence that says what was wrong, where, and what to do about it. The command line prints
 * the message as it is, with no stack trace, and exits with status 2. Of a message that quotes something very long, such
 * as a cell of megabytes, the middle is left out.
 */
public final class UserError extends RuntimeException {
    private static final int LONGEST = 1000;
    private static final int KEPT = 400;

    @Serial
    private static final long serialVersionUID = 1L;

    public UserError(String message) {
        super(shortened(message));
    }

    public UserError(String message, @Nullable Throwable cause) {
        super(shortened(message), cause);
    }

    /** Where comes first and what to do last, so that both are kept. */
    private static String shortened(String message) {
        if (message.length() <= LONGEST) {
            return message;
        }
        int from = message.offsetByCodePoints(0, KEPT);
        int to = message.length() - KEPT;
        return String.format(
                Locale.ROOT,
                "%s … (%,d characters) … %s",
                message.substring(0, from),
                to - from,
                message.substring(Character.isLowSurrogate(message.charAt(to)) ? to + 1 : to));
    }
}
