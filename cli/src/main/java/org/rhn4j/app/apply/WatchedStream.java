package org.rhn4j.app.apply;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/** A stream that counts its bytes and, where it is a file that grows, waits at the file's end for more. */
final class WatchedStream extends FilterInputStream {
    private static final long WAIT_MILLISECONDS = 100;

    private final boolean follow;
    private final BooleanSupplier stop;
    private long bytes;

    /**
     * @param follow whether to wait at the end until there is more
     * @param stop whether to take the end as the end after all
     */
    WatchedStream(InputStream stream, boolean follow, BooleanSupplier stop) {
        super(stream);
        this.follow = follow;
        this.stop = stop;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (!stop.getAsBoolean()) {
            int count = in.read(target, offset, length);
            if (count >= 0 || !follow) {
                bytes += Math.max(0, count);
                return count;
            }
            try {
                Thread.sleep(WAIT_MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return -1;
            }
        }
        return -1;
    }

    /** Bytes read so far. */
    long bytes() {
        return bytes;
    }
}
