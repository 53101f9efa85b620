package org.rhn4j.app.options;

import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import picocli.CommandLine.Option;

/** What computes: the options of every command that runs a network. */
public final class EngineOptions {
    /** What may be asked of the precision. */
    enum PrecisionChoice {
        /** The fastest that the processor has. */
        AUTO,
        BF16,
        F32
    }

    @Option(
            names = "--precision",
            paramLabel = "auto|bf16|f32",
            description = "Operands of matrix products; auto takes bf16 where the processor has it (default: auto).")
    private PrecisionChoice precision = PrecisionChoice.AUTO;

    @Option(
            names = "--threads",
            paramLabel = "P",
            description =
                    "Threads that compute; 0 for as many as make it faster, one per processor at most (default: 0).")
    private int threads;

    /** The engine asked for. Close it. */
    public Engine open() {
        Engine.Builder builder = Engine.builder().threads(threads);
        switch (precision) {
            case BF16 -> builder.precision(Precision.BF16);
            case F32 -> builder.precision(Precision.F32);
            case AUTO -> {}
        }
        return builder.build();
    }
}
