package org.rhn4j.training;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rhn4j.cells.Gradients;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.TrainedPart;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.Workspace;
import org.rhn4j.numbers.pointwise.Pointwise.AdamStep;

/**
 * Turns gradients into new weights: L2 penalty, clipping by the global norm, SGD or AdamW, and a running average.
 *
 * <p>Works on the parameters as one flat array, each worker a share. A gradient that is not finite changes nothing;
 * the outcome says so.
 */
public final class Optimizer implements AutoCloseable {
    /** Which optimiser. */
    public enum Kind {
        /** w ← w − rate · g. */
        SGD,
        /** Adam with decoupled weight decay (Loshchilov and Hutter, 2019). */
        ADAMW
    }

    /**
     * What one step did.
     *
     * @param gradientNorm global norm before clipping, the L2 penalty included
     * @param applied whether the weights were changed: false where the norm is not finite
     */
    public record Outcome(double gradientNorm, boolean applied) {}

    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    private static final long NOT_STARTED = -1;

    private final Engine engine;
    private final Parameters parameters;
    private final Kind kind;
    private final double clip;
    private final double l2;
    private final double weightDecay;
    private final double average;
    private final Workspace workspace = new Workspace("optimizer");
    private final long m;
    private final long v;
    private final long averages;
    private final double[] squares;
    private long steps;
    private long averageStart;

    /** An optimiser of some parameters, as the settings say; allocated by {@link #allocate}. */
    public Optimizer(Engine engine, Parameters parameters, TrainingSettings settings) {
        this.engine = engine;
        this.parameters = parameters;
        kind = settings.optimizer();
        clip = settings.clip();
        l2 = settings.l2();
        weightDecay = settings.weightDecay();
        average = settings.average();
        m = kind == Kind.ADAMW ? workspace.reserveFloats(parameters.floats()) : 0;
        v = kind == Kind.ADAMW ? workspace.reserveFloats(parameters.floats()) : 0;
        averages = average > 0 ? workspace.reserveFloats(parameters.floats()) : 0;
        averageStart = settings.averageTrigger() > 0 ? NOT_STARTED : 0;
        squares = new double[engine.threads()];
    }

    /** Bytes that {@link #allocate} takes. */
    public long plannedBytes() {
        return workspace.reservedBytes();
    }

    /** Allocates the optimiser's arrays; the average starts at the present weights. */
    public Optimizer allocate() {
        workspace.allocate();
        if (average > 0) {
            NativeMemory.copy(parameters.memory().address(), workspace.address(averages), 4 * parameters.floats());
        }
        return this;
    }

    /**
     * Keeps the optimiser's arrays until the use is closed.
     *
     * @throws IllegalStateException if it is closed
     */
    public Workspace.Use use() {
        return workspace.use();
    }

    /** The first of a worker's share of some floats, in whole vectors. */
    private long share(long floats, int worker) {
        long chunks = floats / 32;
        return chunks * worker / engine.threads() * 32;
    }

    /** {@link #step(List, double)} of a part that is trained alone. */
    public Outcome step(TrainedPart part, double rate) {
        return step(List.of(part), rate);
    }

    /**
     * One step from the gradients of all parts, which are clipped together. What the parts keep of the weights is brought up
     * to date.
     *
     * @param parts all parts that are trained; they write one set of gradients
     * @param rate learning rate
     */
    public Outcome step(List<? extends TrainedPart> parts, double rate) {
        long start = System.nanoTime();
        Gradients written = parts.getFirst().gradients();
        for (TrainedPart part : parts) {
            if (part.gradients() != written) {
                throw new IllegalArgumentException("parts that are trained together write one set of gradients");
            }
        }
        long gradients = written.memory().address();
        long all = parameters.memory().address();
        double[] norm = new double[1];
        long step = steps + 1;
        engine.team().run(worker -> {
            long from = share(parameters.floats(), worker);
            long count = share(parameters.floats(), worker + 1) - from;
            squares[worker] =
                    engine.pointwise().decayAndSquares(gradients + 4 * from, all + 4 * from, count, (float) l2);
            engine.team().barrier();
            double total = 0;
            for (double square : squares) {
                total += square;
            }
            double global = Math.sqrt(total);
            if (worker == 0) {
                norm[0] = global;
            }
            if (Double.isFinite(global)) {
                double scale = clip > 0 && global > clip ? clip / global : 1;
                applyAndPack(worker, parts, gradients, scale, rate, step);
            }
        });
        boolean applied = Double.isFinite(norm[0]);
        if (applied) {
            steps = step;
        }
        parts.getFirst().addUpdateNanoseconds(System.nanoTime() - start);
        return new Outcome(norm[0], applied);
    }

    /** Parameter by parameter, so that what was just computed is packed while the caches hold it. */
    private void applyAndPack(
            int worker, List<? extends TrainedPart> parts, long gradients, double scale, double rate, long step) {
        for (Parameters.Parameter parameter : parameters.all()) {
            long from = share(parameter.length(), worker);
            long count = share(parameter.length(), worker + 1) - from;
            apply(gradients, parameter.offset() + from, count, scale, rate, step);
            engine.team().barrier();
            for (TrainedPart part : parts) {
                part.pack(worker, parameter);
            }
        }
        for (TrainedPart part : parts) {
            part.packDerived(worker);
        }
    }

    private void apply(long gradients, long from, long count, double scale, double rate, long step) {
        long weights = parameters.memory().address() + 4 * from;
        long gradient = gradients + 4 * from;
        if (kind == Kind.SGD) {
            engine.pointwise().descend(weights, gradient, count, (float) (rate * scale));
        } else {
            AdamStep adam = new AdamStep(
                    (float) scale,
                    (float) rate,
                    BETA1,
                    BETA2,
                    (float) (1 / (1 - Math.pow(BETA1, (double) step))),
                    (float) (1 / (1 - Math.pow(BETA2, (double) step))),
                    EPSILON,
                    (float) weightDecay);
            engine.pointwise()
                    .adam(
                            weights,
                            gradient,
                            workspace.address(m) + 4 * from,
                            workspace.address(v) + 4 * from,
                            count,
                            adam);
        }
        if (average > 0) {
            updateAverage(workspace.address(averages) + 4 * from, weights, count, step);
        }
    }

    private void updateAverage(long mean, long weights, long count, long step) {
        if (averageStart == NOT_STARTED) {
            NativeMemory.copy(weights, mean, 4 * count);
            return;
        }
        // a plain mean at first, so that the start is forgotten as fast as can be
        float share = (float) Math.max(1 - average, 1.0 / (step - averageStart + 1));
        engine.pointwise().average(mean, weights, count, share);
    }

    /**
     * Exchanges the weights with their running average, where there is one: once to validate and save the average, and
     * again to train on. Networks must be packed anew before they are used.
     */
    public void swapWithAverage() {
        if (average > 0) {
            long all = parameters.memory().address();
            engine.team().run(worker -> {
                long end = share(parameters.floats(), worker + 1);
                for (long i = share(parameters.floats(), worker); i < end; i++) {
                    long weight = all + 4 * i;
                    long mean = workspace.address(averages) + 4 * i;
                    float value = NativeMemory.getFloat(weight);
                    NativeMemory.setFloat(weight, NativeMemory.getFloat(mean));
                    NativeMemory.setFloat(mean, value);
                }
            });
        }
    }

    /** Lets the running average begin with the present weights, where it waits for that. */
    public void startAverage() {
        if (averageStart == NOT_STARTED) {
            averageStart = steps;
        }
    }

    /** Steps that were taken before the average began; negative where it waits. */
    public long averageStart() {
        return averageStart;
    }

    /** Sets when the average began, when a run is resumed. */
    public void setAverageStart(long value) {
        averageStart = value;
    }

    /** Steps taken. */
    public long steps() {
        return steps;
    }

    /** Sets the steps taken, when a run is resumed. */
    public void setSteps(long value) {
        steps = value;
    }

    /** The arrays that a checkpoint must keep besides the weights, laid out as the parameters, by name. */
    public Map<String, MemorySegment> arrays() {
        Map<String, MemorySegment> arrays = new LinkedHashMap<>();
        if (kind == Kind.ADAMW) {
            arrays.put("m", array(m));
            arrays.put("v", array(v));
        }
        if (average > 0) {
            arrays.put("average", array(averages));
        }
        return arrays;
    }

    private MemorySegment array(long offset) {
        return workspace.memory().asSlice(offset, Float.BYTES * parameters.floats());
    }

    @Override
    public void close() {
        workspace.close();
    }
}
