package org.rhn4j.pilot;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.forecast.ForecastMethod;
import org.rhn4j.tasks.forecast.ForecastModel;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.forecast.Forecaster;

/**
 * Measures what forecasts cost, one series at a time on one thread, with nothing else running: each contender is timed
 * for as long as the others, its model loaded from its files as a program would.
 */
final class CostMeter {
    private static final int FEWEST = 100;
    /** Naive forecasts are so quick that a moment tells. */
    private static final double NAIVE_SECONDS = 0.1;

    private final PilotTask task;
    private final PilotSettings settings;
    private final BooleanSupplier stopped;
    private final Map<ContenderName, Measured> measured = new LinkedHashMap<>();
    private OptionalDouble watts = OptionalDouble.empty();

    private record Measured(Latencies times, long modelBytes, long memoryBytes) {}

    CostMeter(PilotTask task, PilotSettings settings, BooleanSupplier stopped) {
        this.task = task;
        this.settings = settings;
        this.stopped = stopped;
    }

    /**
     * Times the naive forecasts and the networks.
     *
     * @param models the folder of a model of each network
     * @param seconds for all of them together
     * @param next is run before each network
     */
    void measure(Map<ContenderName, Path> models, double seconds, Runnable next) {
        EnergyMeter meter = new EnergyMeter();
        task.naive().forEach((name, method) -> measured.put(name, new Measured(time(method, NAIVE_SECONDS), 0, 0)));
        long start = System.nanoTime();
        List<Double> before = meter.now();
        try (Engine engine = PilotTrainings.engine()) {
            models.forEach((name, folder) -> {
                next.run();
                if (!stopped.getAsBoolean()) {
                    measured.put(name, time(folder, engine, seconds / models.size()));
                }
            });
        }
        watts = meter.watts(before, meter.now(), (System.nanoTime() - start) * 1e-9);
    }

    private Measured time(Path folder, Engine engine, double seconds) {
        try (ForecastModel model = ForecastModel.load(folder, engine);
                Forecaster forecaster = model.forecaster(1)) {
            return new Measured(
                    time(forecaster, seconds),
                    ForecastModel.fileBytes(folder),
                    model.memoryBytes() + forecaster.memoryBytes());
        }
    }

    private Latencies time(ForecastMethod method, double seconds) {
        List<List<ForecastWindow>> windows = task.test().stream().map(List::of).toList();
        return Latencies.measure(i -> method.forecast(windows.get(i % windows.size())), seconds, FEWEST, stopped);
    }

    /** Power while computing: what the user knows, else what was measured, else a rule of thumb. */
    double watts() {
        return settings.watts().orElseGet(() -> watts.orElse(PilotSettings.ASSUMED_WATTS));
    }

    /** Where {@link #watts} is from. */
    PilotConditions.EnergySource source() {
        if (settings.watts().isPresent()) {
            return PilotConditions.EnergySource.GIVEN;
        }
        return watts.isPresent() ? PilotConditions.EnergySource.MEASURED : PilotConditions.EnergySource.ASSUMED;
    }

    /** What forecasts cost, of every contender that was timed. */
    Map<ContenderName, Cost> costs() {
        Map<ContenderName, Cost> costs = new LinkedHashMap<>();
        measured.forEach((name, each) -> {
            if (each.times.count() > 0) {
                double seconds = each.times.meanMilliseconds() / 1000;
                costs.put(
                        name,
                        new Cost(
                                each.times.count(),
                                each.times.meanMilliseconds(),
                                each.times.quantileMilliseconds(0.5),
                                each.times.quantileMilliseconds(0.99),
                                each.modelBytes,
                                each.memoryBytes,
                                watts() * seconds,
                                settings.pricePerHour() * seconds * 1e6 / 3600));
            }
        });
        return costs;
    }
}
