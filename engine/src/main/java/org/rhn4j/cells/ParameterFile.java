package org.rhn4j.cells;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.store.SafetensorsFile;
import org.rhn4j.store.SafetensorsWriter;
import org.rhn4j.store.StoredTensor;

/** Parameters in a safetensors file, by the names and shapes of the model format. */
public final class ParameterFile {
    /** Its name in a model folder. */
    public static final String NAME = "model.safetensors";

    private ParameterFile() {}

    /**
     * Sets parameters from a file.
     *
     * @param file must hold exactly these parameters
     * @throws UserError if the file is missing or damaged, a tensor is missing, unknown, of another shape, or holds a
     *     value that is not finite
     */
    public static void read(Path file, Parameters parameters) {
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            List<String> unknown = new ArrayList<>(stored.names());
            parameters.all().forEach(parameter -> unknown.remove(parameter.name()));
            if (!unknown.isEmpty()) {
                throw new UserError(file + " holds the tensor " + unknown.getFirst()
                        + ", which a network of this configuration does not have; check that config.json belongs to"
                        + " these weights.");
            }
            try (var _ = parameters.use()) {
                read(stored, "", parameters, parameters.memory());
            }
        }
    }

    /**
     * Reads an array that is laid out as the parameters are, row by row from the file.
     *
     * @param prefix what stands before the parameters' names in the file
     * @param arena where it goes: weights, moments, or averages
     * @throws UserError if a tensor is missing, of another shape, or holds a value that is not finite
     */
    public static void read(SafetensorsFile stored, String prefix, Parameters parameters, MemorySegment arena) {
        for (Parameters.Parameter parameter : parameters.all()) {
            StoredTensor tensor = stored.tensor(prefix + parameter.name(), shape(parameter));
            SafetensorsFile.requireFinite(tensor, stored.path());
            for (int row = 0; row < parameter.rows(); row++) {
                tensor.copyTo((long) row * parameter.columns(), row(parameter, arena, row));
            }
        }
    }

    /** Writes parameters, atomically. */
    public static void write(Path file, Parameters parameters) {
        try (var _ = parameters.use()) {
            SafetensorsWriter writer = new SafetensorsWriter();
            add(writer, "", parameters, parameters.memory());
            writer.write(file);
        }
    }

    /**
     * Adds an array that is laid out as the parameters are to a file; it is read row by row while the file is written,
     * and none of it is copied to the heap.
     *
     * @param prefix what stands before the parameters' names in the file
     * @param arena the weights, moments, or averages
     */
    public static void add(SafetensorsWriter writer, String prefix, Parameters parameters, MemorySegment arena) {
        for (Parameters.Parameter parameter : parameters.all()) {
            writer.addRows(
                    prefix + parameter.name(), shape(parameter), row -> row(parameter, arena, Math.toIntExact(row)));
        }
    }

    private static MemorySegment row(Parameters.Parameter parameter, MemorySegment arena, int row) {
        return arena.asSlice(4 * parameter.rowOffset(row), 4L * parameter.columns());
    }

    private static long[] shape(Parameters.Parameter parameter) {
        long[] shape = new long[parameter.shape().length];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = parameter.shape()[i];
        }
        return shape;
    }
}
