package org.rhn4j.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnergyMeterTest {
    @TempDir
    private Path folder;

    @Test
    void watts_ofTwoSockets_areAddedUpWithoutTheirParts() throws IOException {
        counter("intel-rapl:0", "1000000");
        counter("intel-rapl:0:0", "777");
        counter("intel-rapl:1", "5000000");
        EnergyMeter meter = new EnergyMeter(folder);
        List<Double> before = meter.now();
        counter("intel-rapl:0", "31000000");
        counter("intel-rapl:1", "15000000");

        assertThat(before).containsExactlyInAnyOrder(1e6, 5e6);
        assertThat(meter.watts(before, meter.now(), 2).orElseThrow()).isEqualTo(20);
    }

    /** The range stands in the file; a counter that reached it begins at zero. */
    @Test
    void watts_ofACounterThatBeganAnew_countOn() throws IOException {
        counter("intel-rapl:0", "99000000");
        EnergyMeter meter = new EnergyMeter(folder);
        List<Double> before = meter.now();
        counter("intel-rapl:0", "4000000");

        assertThat(meter.watts(before, meter.now(), 1).orElseThrow()).isEqualTo(5);
    }

    @Test
    void aMachineWithoutCounters_hasNothingToRead() {
        EnergyMeter meter = new EnergyMeter(folder.resolve("none"));

        assertThat(meter.isAvailable()).isFalse();
        assertThat(meter.watts(meter.now(), meter.now(), 1)).isEmpty();
    }

    @Test
    void counters_thatVanish_giveNoPower() throws IOException {
        counter("intel-rapl:0", "1");
        EnergyMeter meter = new EnergyMeter(folder);
        List<Double> before = meter.now();
        Files.delete(folder.resolve("intel-rapl:0/energy_uj"));

        assertThat(meter.watts(before, meter.now(), 1)).isEmpty();
    }

    private void counter(String name, String microjoules) throws IOException {
        Path socket = Files.createDirectories(folder.resolve(name));
        Files.writeString(socket.resolve("energy_uj"), microjoules + "\n");
        Files.writeString(socket.resolve("max_energy_range_uj"), "100000000\n");
    }
}
