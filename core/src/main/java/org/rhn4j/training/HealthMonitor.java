package org.rhn4j.training;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rhn4j.cells.LayerHealthMeter;
import org.rhn4j.cells.MicroLayerHealth;
import org.rhn4j.cells.Parameters;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.JsonLines;

/**
 * Watches a run: how large gradients and updates are, and how each micro-layer does. It writes a line at intervals, and
 * warns before a run diverges, by {@link HealthRules}.
 *
 * <p>The update is looked at in every step, on a sample of the weights; the layers at intervals, from what the forward
 * pass kept anyway. Nothing that is trained depends on it.
 */
public final class HealthMonitor {
    /** The file in a model's folder, a {@link TrainingHealth} in each line. */
    public static final String FILE = "health.jsonl";

    /** Steps at the start of a run in which it is measured often: that is where most runs fail that do. */
    private static final int EARLY = 100;

    private static final int EARLY_INTERVAL = 5;
    private static final int LEAST_INTERVAL = 20;
    /** Lines of a whole run, about, so that a run of days leaves a file that can be drawn. */
    private static final int MOST_LINES = 1000;

    private static final MathContext DIGITS = new MathContext(5);

    private final Engine engine;
    private final List<LayerHealthMeter> meters;
    private final UpdateMeter updates;
    private final HealthRules rules;
    private final JsonLines<TrainingHealth> file;
    private final TrainingListener listener;
    private final long interval;
    private final List<HealthWarning> pending = new ArrayList<>();
    private double lossSum;
    private double normSum;
    private double largestNorm;
    private int windows;
    private long nanoseconds;

    /**
     * A monitor of a run.
     *
     * @param meters of the recurrent layers, from the input up
     * @param steps T of a window
     * @param totalSteps steps that the run will have at most
     * @param file where the lines go
     * @param listener hears the warnings
     */
    public HealthMonitor(
            Engine engine,
            Parameters parameters,
            List<LayerHealthMeter> meters,
            int steps,
            long totalSteps,
            JsonLines<TrainingHealth> file,
            TrainingListener listener) {
        this.engine = engine;
        this.file = file;
        this.listener = listener;
        this.meters = List.copyOf(meters);
        updates = new UpdateMeter(parameters);
        rules = new HealthRules(steps);
        interval = Math.max(LEAST_INTERVAL, totalSteps / MOST_LINES);
    }

    /** A new run begins: lines of an earlier one in the folder are dropped. */
    public void begin() {
        file.write(List.of());
    }

    /** Goes on from a step: lines of later steps, which another course of the run wrote, are dropped. */
    public void restart(long step) {
        List<TrainingHealth> kept =
                file.read().stream().filter(line -> line.step() <= step).toList();
        file.write(kept);
        rules.restart(kept.stream().flatMap(line -> line.warnings().stream()).toList());
        pending.clear();
        clearSums();
    }

    /** Notes for the next line that the loss or the gradient was not finite at a step; after {@link #restart}. */
    public void notFinite(long step) {
        pending.add(new HealthWarning(HealthWarning.Kind.NOT_FINITE, step, step, step));
    }

    /** Must be called before the optimiser changes the weights. */
    public void beforeUpdate() {
        long start = System.nanoTime();
        updates.remember();
        nanoseconds += System.nanoTime() - start;
    }

    /**
     * Must be called after the optimiser changed them, before the next window is run.
     *
     * @param step optimiser steps taken
     * @param loss of the window
     * @param learningRate of the step
     * @param gradientNorm before clipping
     */
    public void afterUpdate(long step, double loss, double learningRate, double gradientNorm) {
        long start = System.nanoTime();
        lossSum += loss;
        normSum += gradientNorm;
        largestNorm = Math.max(largestNorm, gradientNorm);
        windows++;
        double ratio = updates.ratio();
        List<HealthWarning> warnings = new ArrayList<>(rules.afterStep(step, ratio));
        if (!warnings.isEmpty() || step % (step <= EARLY ? EARLY_INTERVAL : interval) == 0) {
            TrainingHealth line = measure(step, learningRate, ratio);
            warnings.addAll(rules.afterMeasurement(line));
            pending.addAll(warnings);
            file.append(line.withWarnings(pending));
            pending.clear();
        }
        nanoseconds += System.nanoTime() - start;
        warnings.forEach(listener::warning);
    }

    private TrainingHealth measure(long step, double learningRate, double ratio) {
        engine.team().run(worker -> meters.forEach(meter -> meter.measure(worker)));
        List<List<MicroLayerHealth>> measured = new ArrayList<>();
        for (LayerHealthMeter meter : meters) {
            measured.add(IntStream.range(0, meter.depth())
                    .mapToObj(l -> rounded(meter.result(l)))
                    .toList());
        }
        TrainingHealth health = new TrainingHealth(
                step,
                rounded(lossSum / windows),
                rounded(learningRate),
                rounded(normSum / windows),
                rounded(largestNorm),
                rounded(ratio),
                measured,
                List.of());
        clearSums();
        return health;
    }

    private void clearSums() {
        lossSum = 0;
        normSum = 0;
        largestNorm = 0;
        windows = 0;
    }

    private static MicroLayerHealth rounded(MicroLayerHealth health) {
        @Nullable Double renewal = health.renewal();
        return new MicroLayerHealth(
                renewal == null ? null : Double.valueOf(rounded(renewal)),
                rounded(health.saturation()),
                rounded(health.bound()),
                rounded(health.gain()));
    }

    /** To five digits; what is beyond all numbers becomes the largest, because JSON has no word for it. */
    private static double rounded(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : Double.MAX_VALUE;
    }

    /** Nanoseconds that watching took so far. */
    public long nanoseconds() {
        return nanoseconds;
    }
}
