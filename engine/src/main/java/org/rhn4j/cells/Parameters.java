package org.rhn4j.cells;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.Workspace;

/**
 * The trainable numbers of a network, or of several parts that are trained together, f32, in one arena.
 *
 * <p>Users see each parameter by name and shape, as in the model format. Inside, rows and columns are padded to
 * multiples of 16, and the gate rows of a recurrent weight are ordered by worker, then gate, then unit, so that each
 * worker's share of every gate is one contiguous matrix. Gradients, moments and averages use the same layout at other
 * addresses, so an optimiser sees one flat array.
 */
public final class Parameters implements AutoCloseable {
    /**
     * One named parameter.
     *
     * @param name its name in the model format
     * @param shape its visible shape, [rows, columns] or [rows]
     * @param offset index of its first float in the arena
     * @param length floats in the arena, padding included
     * @param rowStride floats between physical rows
     * @param rowMap physical row of each visible row; null where they are the same
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Parameter(
            String name, int[] shape, long offset, long length, int rowStride, int @Nullable [] rowMap) {
        /** Visible rows. */
        public int rows() {
            return shape[0];
        }

        /** Visible columns; 1 for a bias. */
        public int columns() {
            return shape.length == 1 ? 1 : shape[1];
        }

        /** Visible elements. */
        public long count() {
            return (long) rows() * columns();
        }

        /** Index in the arena of a visible row's first element. */
        public long rowOffset(int row) {
            return offset + (long) (rowMap == null ? row : rowMap[row]) * rowStride;
        }
    }

    private final Arena arena;
    private final String scope;

    /** What all scopes share. */
    private static final class Arena {
        final Map<String, Parameter> byName = new LinkedHashMap<>();
        final Workspace workspace = new Workspace("model");
        long floats;
        boolean allocated;
    }

    /** No parameters yet. */
    public Parameters() {
        this(new Arena(), "");
    }

    private Parameters(Arena arena, String scope) {
        this.arena = arena;
        this.scope = scope;
    }

    /**
     * The same parameters as one of several parts sees them that are trained together: those whose names begin with the
     * scope, and without it.
     *
     * @param name such as {@code encoder.}
     */
    public Parameters scope(String name) {
        return new Parameters(arena, scope + name);
    }

    /** A parameter by its name within the scope. */
    private Parameter local(Parameter parameter) {
        return scope.isEmpty()
                ? parameter
                : new Parameter(
                        parameter.name().substring(scope.length()),
                        parameter.shape(),
                        parameter.offset(),
                        parameter.length(),
                        parameter.rowStride(),
                        parameter.rowMap());
    }

    /** Adds a matrix [rows, columns] without gates. */
    public Parameter addMatrix(String name, UnitSlices rows, UnitSlices columns) {
        return add(name, new int[] {rows.units(), columns.units()}, rows.padded(), columns.padded(), null);
    }

    /** Adds a vector [n]. */
    public Parameter addVector(String name, UnitSlices n) {
        return add(name, new int[] {n.units()}, n.padded(), 1, null);
    }

    /** Adds the weights [gates · H, columns] of a layer. */
    public Parameter addGateMatrix(String name, int gates, UnitSlices hidden, UnitSlices columns) {
        int[] shape = {gates * hidden.units(), columns.units()};
        return add(name, shape, gates * hidden.padded(), columns.padded(), gateRows(gates, hidden));
    }

    /** Adds the biases [gates · H] of a layer. */
    public Parameter addGateVector(String name, int gates, UnitSlices hidden) {
        return add(name, new int[] {gates * hidden.units()}, gates * hidden.padded(), 1, gateRows(gates, hidden));
    }

    /** The physical row of each visible row of a layer's weights: ordered by worker, then gate, then unit. */
    static int[] gateRows(int gates, UnitSlices hidden) {
        int[] map = new int[gates * hidden.units()];
        for (int worker = 0; worker < hidden.workers(); worker++) {
            int start = hidden.start(worker);
            int width = hidden.width(worker);
            for (int unit = start; unit < Math.min(start + width, hidden.units()); unit++) {
                for (int gate = 0; gate < gates; gate++) {
                    map[gate * hidden.units() + unit] = gates * start + gate * width + unit - start;
                }
            }
        }
        return map;
    }

    private Parameter add(String name, int[] shape, int physicalRows, int rowStride, int @Nullable [] rowMap) {
        if (arena.allocated) {
            throw new IllegalStateException("the parameters are allocated already");
        }
        long length = Math.ceilDiv((long) physicalRows * rowStride, 32L) * 32;
        Parameter parameter = new Parameter(scope + name, shape, arena.floats, length, rowStride, rowMap);
        if (arena.byName.putIfAbsent(parameter.name(), parameter) != null) {
            throw new IllegalArgumentException("there are two parameters " + parameter.name());
        }
        arena.floats = Math.addExact(arena.floats, length);
        return local(parameter);
    }

    /** Allocates the arena, as zeros, after the last parameter of all scopes was added. */
    public void allocate() {
        arena.workspace.reserveFloats(arena.floats);
        arena.workspace.allocate();
        arena.allocated = true;
    }

    /** Floats in the arena, padding and all scopes included. */
    public long floats() {
        return arena.floats;
    }

    /** Visible elements of all parameters: the number to state. */
    public long count() {
        return all().stream().mapToLong(Parameter::count).sum();
    }

    /**
     * Keeps the arena until the use is closed.
     *
     * @throws IllegalStateException if the parameters are closed
     */
    public Workspace.Use use() {
        return arena.workspace.use();
    }

    /** The arena, floats; good while a {@link #use} is held. */
    public MemorySegment memory() {
        return arena.workspace.memory();
    }

    long address() {
        return arena.workspace.address(0);
    }

    /** All parameters of the scope in the order of the model format. */
    public Collection<Parameter> all() {
        return scope.isEmpty()
                ? arena.byName.values()
                : arena.byName.values().stream()
                        .filter(parameter -> parameter.name().startsWith(scope))
                        .map(this::local)
                        .toList();
    }

    /**
     * The parameter of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Parameter get(String name) {
        Parameter parameter = arena.byName.get(scope + name);
        if (parameter == null) {
            throw new IllegalArgumentException("no parameter " + scope + name + "; there are " + arena.byName.keySet());
        }
        return local(parameter);
    }

    /**
     * The values of a parameter, row-major in its visible shape.
     *
     * @throws IllegalStateException if the parameters are closed
     */
    public float[] values(String name) {
        try (var _ = use()) {
            return read(get(name), memory());
        }
    }

    /**
     * Sets a parameter from values that are row-major in its visible shape.
     *
     * @throws IllegalStateException if the parameters are closed
     */
    public void setValues(String name, float[] values) {
        try (var _ = use()) {
            write(get(name), memory(), values);
        }
    }

    /** The visible elements of a parameter in any arena of this layout, such as the gradients. */
    public float[] read(Parameter parameter, MemorySegment array) {
        float[] values = new float[Math.toIntExact(parameter.count())];
        int columns = parameter.columns();
        for (int row = 0; row < parameter.rows(); row++) {
            MemorySegment.copy(array, JAVA_FLOAT, 4 * parameter.rowOffset(row), values, row * columns, columns);
        }
        return values;
    }

    /** Sets the visible elements of a parameter in any arena of this layout. */
    public void write(Parameter parameter, MemorySegment array, float[] values) {
        if (values.length != parameter.count()) {
            throw new IllegalArgumentException(parameter.name() + " has the shape " + Arrays.toString(parameter.shape())
                    + ", not " + values.length + " elements");
        }
        int columns = parameter.columns();
        for (int row = 0; row < parameter.rows(); row++) {
            MemorySegment.copy(values, row * columns, array, JAVA_FLOAT, 4 * parameter.rowOffset(row), columns);
        }
    }

    @Override
    public void close() {
        arena.workspace.close();
    }
}
