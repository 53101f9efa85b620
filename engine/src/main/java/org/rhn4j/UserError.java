package org.rhn4j;

import java.io.Serial;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A failure that the person at the keyboard can put right.
 *
 * <p>Its message is one clear sentence that says what was wrong, where, and what to do about it. Where a setting would
 * mend it, {@link #settings} names it as the library does; how it is set is known to whoever set it, so the sentence does
 * not say. The command line prints the message with its own options for these settings, without a stack trace, and exits
 * with status 2. Of a message that quotes something very long, such as a cell of megabytes, the middle is left out.
 */
public final class UserError extends RuntimeException {
    private static final int LONGEST = 1000;
    private static final int KEPT = 400;

    @Serial
    private static final long serialVersionUID = 1L;

    private final String[] settings;

    public UserError(String message) {
        this(message, List.of());
    }

    public UserError(String message, @Nullable Throwable cause) {
        super(shortened(message), cause);
        settings = new String[0];
    }

    /** @param settings each the name of a setting that mends it, or the name, a blank and a value to try */
    public UserError(String message, List<String> settings) {
        super(shortened(message));
        this.settings = settings.toArray(String[]::new);
    }

    /** Settings that mend it, any one of them: {@code sort-rows}, {@code zone Europe/Berlin}; often none. */
    public List<String> settings() {
        return List.of(settings);
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
