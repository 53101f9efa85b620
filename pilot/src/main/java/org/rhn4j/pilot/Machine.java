package org.rhn4j.pilot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Facts about the machine and this process, as far as the system tells them. */
final class Machine {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final Path PROCESS = Path.of("/proc/self/status");

    private Machine() {}

    /** The processor's name, or the kind of machine where the system does not tell it. */
    static String processor() {
        String name = field(PROCESSORS, "model name");
        return name.isEmpty() ? System.getProperty("os.arch", "unknown") : name;
    }

    /** Bytes of memory that this process has resident, Java included; 0 where the system does not tell. */
    static long residentBytes() {
        String kibibytes = field(PROCESS, "VmRSS").replaceAll("[^0-9]", "");
        return kibibytes.isEmpty() ? 0 : Long.parseLong(kibibytes) * 1024;
    }

    /** Operating system, its release and the kind of machine. */
    static String system() {
        return System.getProperty("os.name", "?") + " " + System.getProperty("os.version", "?") + " "
                + System.getProperty("os.arch", "?");
    }

    private static String field(Path file, String name) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return ""; // not Linux
        }
    }
}
