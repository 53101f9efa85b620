package org.rhn4j.cells;

import java.lang.foreign.MemorySegment;
import org.rhn4j.numbers.Workspace;

/**
 * The gradients of parameters, laid out as these are. One network writes its own; where several parts are trained
 * together, they write into one set.
 *
 * <p>Owns native memory: close it, unless it came from a network, which closes its own.
 */
public final class Gradients implements AutoCloseable {
    private final Parameters parameters;
    private final Workspace workspace = new Workspace("gradient");

    /** Plans gradients of all parameters, which have all been added; {@link #allocate} makes them. */
    public Gradients(Parameters parameters) {
        this.parameters = parameters;
        workspace.reserveFloats(parameters.floats());
    }

    /** Bytes of native memory that {@link #allocate} takes. */
    public long plannedBytes() {
        return workspace.reservedBytes();
    }

    /** Allocates the gradients, as zeros. */
    public Gradients allocate() {
        workspace.allocate();
        return this;
    }

    /**
     * Keeps the memory until the use is closed.
     *
     * @throws IllegalStateException if the gradients are closed
     */
    public Workspace.Use use() {
        return workspace.use();
    }

    /** All gradients, floats laid out as the parameters; good while a {@link #use} is held. */
    public MemorySegment memory() {
        return workspace.memory();
    }

    long address() {
        return workspace.address(0);
    }

    /** The gradient of a parameter, row-major in its visible shape. */
    public float[] values(Parameters.Parameter parameter) {
        try (var _ = use().and(parameters::use)) {
            return parameters.read(parameter, memory());
        }
    }

    @Override
    public void close() {
        workspace.close();
    }
}
