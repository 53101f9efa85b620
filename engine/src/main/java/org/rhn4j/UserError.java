package org.rhn4j;

import java.io.Serial;

/**
 * A failure that the person at the keyboard can put right.
 *
 * <p>Its message is one clear sentence that says what was wrong, where, and what to do about it. The command line prints
 * the message as it is, with no stack trace, and exits with status 2.
 */
public final class UserError extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public UserError(String message) {
        super(message);
    }

    public UserError(String message, Throwable cause) {
        super(message, cause);
    }
}
