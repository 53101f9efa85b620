package org.rhn4j.numbers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.rhn4j.UserError;

/** What memory the machine has left, asked before work starts rather than found out after hours. */
public final class MemoryBudget {
    private MemoryBudget() {}

    /** Bytes that can be had without swapping: what the kernel says is available, within the container's limit. */
    public static long availableBytes() {
        long available = Long.MAX_VALUE;
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) {
                    available = Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        } catch (IOException | NumberFormatException e) {
            available = Long.MAX_VALUE; // not Linux: the bean below knows
        }
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean bean) {
            available = Math.min(
                    available, available == Long.MAX_VALUE ? bean.getFreeMemorySize() : bean.getTotalMemorySize());
        }
        return available;
    }

    /**
     * Checks that a plan fits.
     *
     * @param bytes what it takes
     * @param what what it is for, as the subject of a sentence
     * @param advice what would make it smaller
     * @throws UserError if less is available
     */
    public static void require(long bytes, String what, String advice) {
        long available = availableBytes();
        if (bytes > available) {
            throw new UserError(String.format(
                    Locale.ROOT,
                    "%s needs %.1f GiB of memory, and this machine has %.1f GiB available; %s.",
                    what,
                    bytes / (double) (1L << 30),
                    available / (double) (1L << 30),
                    advice));
        }
    }
}
