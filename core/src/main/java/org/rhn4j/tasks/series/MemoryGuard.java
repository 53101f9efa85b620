package org.rhn4j.tasks.series;

import java.nio.file.Path;
import java.util.Locale;
import org.rhn4j.UserError;
import org.rhn4j.numbers.MemoryBudget;

/** Refuses a table that will not fit into memory as soon as that can be told from its first rows. */
final class MemoryGuard {
    private static final int ROWS_BETWEEN_CHECKS = 1 << 14;
    /** A buffer while it grows, and the same values on a regular axis. */
    private static final double COPIES = 2.5;

    private final Path file;
    private final long fileSize;
    private final int columns;
    private final long most;

    /** @param most rows that will be read at most */
    MemoryGuard(Path file, long fileSize, int columns, long most) {
        this.file = file;
        this.fileSize = fileSize;
        this.columns = columns;
        this.most = most;
    }

    void check(CsvRows rows) {
        if (rows.rows() % ROWS_BETWEEN_CHECKS != 0) {
            return;
        }
        double read = Math.max(1, Math.min(fileSize, rows.text().bytesFetched()));
        long expectedRows = Math.min(most, (long) (rows.rows() * (fileSize / read)));
        long needed = (long) (expectedRows * (columns * 8L + 12) * COPIES);
        Runtime runtime = Runtime.getRuntime();
        long allowed = runtime.maxMemory();
        if (needed > allowed) {
            throw new UserError(String.format(
                    Locale.ROOT,
                    "%s has about %d rows, and %d columns of them need %.1f GiB where Java may use %.1f GiB; name"
                            + " fewer columns, give fewer rows, or allow more memory with RHN4J_JAVA_OPTS=-Xmx8g.",
                    file,
                    expectedRows,
                    columns,
                    needed / (double) (1L << 30),
                    allowed / (double) (1L << 30)));
        }
        long growth = needed - (runtime.totalMemory() - runtime.freeMemory());
        MemoryBudget.require(growth, "Reading " + file, "name fewer columns or give fewer rows");
    }
}
