package org.rhn4j.numbers;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rhn4j.UserError;
import org.rhn4j.numbers.onednn.NativeLibrary;
import org.rhn4j.numbers.onednn.OneDnn;
import org.rhn4j.numbers.pointwise.Pointwise;
import org.rhn4j.numbers.pointwise.ScalarPointwise;
import org.rhn4j.numbers.pointwise.VectorPointwise;

/**
 * What computes: the precision of matrix products, the team of threads, and the provider of pointwise kernels, chosen
 * once for this machine. {@link #description()} says in one line what was chosen, and why where it fell back.
 */
public final class Engine implements AutoCloseable {
    /** What a user may ask of an engine. */
    public static final class Builder {
        private boolean automaticPrecision = true;
        private Precision precision = Precision.F32;
        private int threads;
        private boolean scalarKernels;

        private Builder() {}

        /** Operands in this precision. Default: bf16 where the processor multiplies it, f32 elsewhere. */
        public Builder precision(Precision value) {
            precision = value;
            automaticPrecision = false;
            return this;
        }

        /**
         * Threads, the caller's included. 0, the default, leaves it to the engine: as many as the processors, and of
         * those for each network no more than make it faster ({@link Engine#fitting}).
         */
        public Builder threads(int value) {
            threads = value;
            return this;
        }

        /** Scalar kernels even where vectors can be had: the reference, some ten times slower. */
        public Builder scalarKernels(boolean value) {
            scalarKernels = value;
            return this;
        }

        /**
         * Builds the engine.
         *
         * @throws UserError if the platform has no matrix library, or bf16 is asked for where the processor has none,
         *     or the number of threads is not between 0 and 1024
         */
        public Engine build() {
            return new Engine(this);
        }
    }

    private static final AtomicBoolean WARNED = new AtomicBoolean();

    /**
     * Products of a state with a gate's weights, per micro-layer, from which a worker more is worth a barrier more: some
     * 40 µs of f32 with AVX2. Below it the barriers and what one member does alone take what another gains.
     */
    private static final double WORK_OF_A_WORKER = 600_000;
    /** With fewer rows than this a product takes as long as its weights take to read. */
    private static final int FEWEST_ROWS = 8;

    private final Precision precision;
    private final WorkerTeam team;
    private final Pointwise pointwise;
    private final boolean automaticThreads;
    private final String kernels;
    private final Map<Integer, Engine> fitted = new TreeMap<>();

    private Engine(Builder builder) {
        int processors = Runtime.getRuntime().availableProcessors();
        if (builder.threads < 0 || builder.threads > 1024) {
            throw new UserError("The number of threads must be between 1 and 1024 (or 0 for one per processor), not "
                    + builder.threads + ".");
        }
        NativeLibrary.require();
        boolean bf16 = OneDnn.hasBf16();
        String why = "";
        if (builder.automaticPrecision) {
            precision = bf16 ? Precision.BF16 : Precision.F32;
            why = bf16 ? "" : " (this processor has no bf16 products)";
        } else {
            precision = builder.precision;
            if (precision == Precision.BF16 && !bf16) {
                throw new UserError(
                        "This processor (" + OneDnn.instructionSet() + ") has no bf16 products; use precision f32.");
            }
        }
        String fallback = "";
        if (builder.scalarKernels) {
            pointwise = new ScalarPointwise();
            fallback = " (asked for)";
        } else if (isVectorModuleLoaded()) {
            pointwise = new VectorPointwise();
        } else {
            pointwise = new ScalarPointwise();
            fallback = " (slow: start the JVM with --add-modules jdk.incubator.vector)";
            warnOfSlowKernels();
        }
        automaticThreads = builder.threads == 0;
        team = new WorkerTeam(automaticThreads ? processors : builder.threads);
        kernels = String.format(
                Locale.ROOT,
                "oneDNN %s, %s%s, %s%s",
                OneDnn.instructionSet(),
                precision.name().toLowerCase(Locale.ROOT),
                why,
                pointwise.description(),
                fallback);
    }

    /** The same with another number of threads. */
    private Engine(Engine like, int threads) {
        precision = like.precision;
        pointwise = like.pointwise;
        kernels = like.kernels;
        automaticThreads = false;
        team = new WorkerTeam(threads);
    }

    private static void warnOfSlowKernels() {
        if (WARNED.compareAndSet(false, true)) {
            System.getLogger("org.rhn4j")
                    .log(
                            System.Logger.Level.WARNING,
                            "The module jdk.incubator.vector is not there, so networks compute some ten times slower;"
                                    + " start Java with --add-modules jdk.incubator.vector.");
        }
    }

    private static boolean isVectorModuleLoaded() {
        try {
            Class.forName("jdk.incubator.vector.FloatVector");
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** An engine as it suits this machine. */
    public static Engine automatic() {
        return builder().build();
    }

    /** Starts the choice of an engine. */
    public static Builder builder() {
        return new Builder();
    }

    /** The precision of the operands of matrix products. */
    public Precision precision() {
        return precision;
    }

    /** The threads that do the work. */
    public WorkerTeam team() {
        return team;
    }

    /** Members of the team. */
    public int threads() {
        return team.size();
    }

    /** The elementwise kernels. */
    public Pointwise pointwise() {
        return pointwise;
    }

    /** Whether pointwise kernels use the Vector API. */
    public boolean hasVectors() {
        return pointwise instanceof VectorPointwise;
    }

    /**
     * The engine for a network: this one, or one of fewer threads that is closed with it.
     *
     * <p>No network takes more workers than it has blocks of 16 units, for the others would only wait. Where the number
     * was left to the engine, it takes no more than make it faster: small networks run on one thread. An engine that this
     * gave has its number of threads once and for all.
     *
     * @param units of its largest layer
     * @param rows sequences side by side that it mostly runs on
     * @throws IllegalStateException if the engine is closed
     */
    public Engine fitting(int units, int rows) {
        int useful = Math.min(threads(), Math.ceilDiv(units, UnitSlices.BLOCK));
        if (automaticThreads) {
            double work = (double) units * units * Math.max(rows, FEWEST_ROWS);
            return ofThreads((int) Math.clamp(work / WORK_OF_A_WORKER, 1, useful));
        }
        return useful < threads() ? ofThreads(useful) : this;
    }

    private Engine ofThreads(int threads) {
        synchronized (fitted) {
            if (team.isClosed()) {
                throw new IllegalStateException("the engine is closed");
            }
            return fitted.computeIfAbsent(threads, count -> new Engine(this, count));
        }
    }

    /** One line: instruction set, precision, kernels, threads, and why where something is slower than it could be. */
    public String description() {
        int threads = threads();
        return String.format(
                Locale.ROOT,
                "%s, %s%d thread%s%s",
                kernels,
                automaticThreads && threads > 1 ? "up to " : "",
                threads,
                threads == 1 ? "" : "s",
                FlushToZero.isSupported() ? "" : ", denormals not flushed on this system");
    }

    /**
     * Ends the threads, when the job that runs has ended; models and networks on this engine can compute no more.
     */
    @Override
    public void close() {
        team.close();
        synchronized (fitted) {
            fitted.values().forEach(Engine::close);
        }
    }
}
