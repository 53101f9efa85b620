package org.rhn4j.pilot;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Reads the energy that processors count themselves (RAPL, running average power limit), where Linux lets this user
 * read it. Counts whole sockets, whatever runs on them, without memory, disks and cooling.
 */
final class EnergyMeter {
    private static final Path COUNTERS = Path.of("/sys/class/powercap");

    private record Counter(Path file, double range) {}

    private final List<Counter> counters = new ArrayList<>();

    /** The meter of this machine. */
    EnergyMeter() {
        this(COUNTERS);
    }

    /** @param folder where the counters lie: {@code intel-rapl:0/energy_uj} and so on, on processors of any maker */
    EnergyMeter(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> sockets = Files.newDirectoryStream(folder, "intel-rapl:[0-9]*")) {
            for (Path socket : sockets) {
                boolean whole = String.valueOf(socket.getFileName()).matches("intel-rapl:\\d+");
                Path file = socket.resolve("energy_uj");
                if (whole && Files.isReadable(file)) {
                    counters.add(new Counter(file, read(socket.resolve("max_energy_range_uj"))));
                }
            }
        } catch (IOException | NumberFormatException e) {
            counters.clear(); // counters that cannot be read are no counters
        }
    }

    /** Whether there is anything to read. */
    boolean isAvailable() {
        return !counters.isEmpty();
    }

    /** What the counters show, one value for each socket, in microjoules; empty where they cannot be read. */
    List<Double> now() {
        List<Double> values = new ArrayList<>();
        try {
            for (Counter counter : counters) {
                values.add(read(counter.file));
            }
            return values;
        } catch (IOException | NumberFormatException e) {
            return List.of();
        }
    }

    /**
     * Mean power between two readings, in watts; empty where either could not be read. A counter that began anew between
     * them is told by its smaller value.
     */
    OptionalDouble watts(List<Double> before, List<Double> after, double seconds) {
        if (!isAvailable() || before.size() != counters.size() || after.size() != counters.size() || seconds <= 0) {
            return OptionalDouble.empty();
        }
        double microjoules = 0;
        for (int i = 0; i < counters.size(); i++) {
            double counted = after.get(i) - before.get(i);
            microjoules += counted < 0 ? counted + counters.get(i).range : counted;
        }
        return OptionalDouble.of(microjoules * 1e-6 / seconds);
    }

    private static double read(Path file) throws IOException {
        return Double.parseDouble(Files.readString(file).strip());
    }
}
