package org.rhn4j.app.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.rhn4j.UserError;
import org.rhn4j.store.FileProblems;

/**
 * Standard output, where a result must not be lost unseen: what cannot be written ends the command with a sentence. Only
 * a reader that went away, as in {@code rhn … | head}, is nothing to complain of: it has seen enough.
 */
public final class StandardOutput extends OutputStream {
    private final OutputStream out;
    private final boolean isPipe;
    private boolean failed;

    /** @param isPipe whether another process reads what is written, which is then all that can go wrong */
    public StandardOutput(OutputStream out, boolean isPipe) {
        this.out = out;
        this.isPipe = isPipe;
    }

    /** This process's. */
    public static StandardOutput ofProcess() {
        return new StandardOutput(new FileOutputStream(FileDescriptor.out), isProcessPiped());
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IOException if the reader is gone
     * @throws UserError if the bytes cannot be written for another reason; told once
     */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException cause) throws IOException {
        if (failed || isPipe || isBrokenPipe(cause)) {
            throw cause;
        }
        failed = true;
        throw new UserError(
                "Cannot write the result to standard output: %s; make room there, or send it elsewhere."
                        .formatted(isClosed(cause) ? "it is closed" : FileProblems.reason(cause)),
                cause);
    }

    private static boolean isClosed(IOException cause) {
        return String.valueOf(cause.getMessage()).contains("Bad file descriptor");
    }

    private static boolean isBrokenPipe(IOException cause) {
        return String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
    }

    /** The system may word its reasons in any language, so that where this can be seen it is better. */
    private static boolean isProcessPiped() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("pipe:") || target.startsWith("socket:");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
