package org.rhn4j.numbers;

import java.util.Locale;
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

        /** Threads, the caller's included; 0 (the default) for one per processor. */
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

    private final Precision precision;
    private final WorkerTeam team;
    private final Pointwise pointwise;
    private final String description;

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
        int threads = builder.threads == 0 ? processors : builder.threads;
        team = new WorkerTeam(threads);
        description = String.format(
                Locale.ROOT,
                "oneDNN %s, %s%s, %s%s, %d thread%s%s",
                OneDnn.instructionSet(),
                precision.name().toLowerCase(Locale.ROOT),
                why,
                pointwise.description(),
                fallback,
                threads,
                threads == 1 ? "" : "s",
                FlushToZero.isSupported() ? "" : ", denormals not flushed on this system");
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

    /** One line: instruction set, precision, kernels, threads, and why where something is slower than it could be. */
    public String description() {
        return description;
    }

    @Override
    public void close() {
        team.close();
    }
}
