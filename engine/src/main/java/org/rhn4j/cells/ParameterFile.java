package org.rhn4j.cells;

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
            for (Parameters.Parameter parameter : parameters.all()) {
                StoredTensor tensor = stored.tensor(parameter.name(), shape(parameter));
                SafetensorsFile.requireFinite(tensor, file);
                parameters.setValues(parameter.name(), tensor.toFloats());
            }
        }
    }

    /** Writes parameters, atomically. */
    public static void write(Path file, Parameters parameters) {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (Parameters.Parameter parameter : parameters.all()) {
            writer.add(parameter.name(), parameters.values(parameter.name()), shape(parameter));
        }
        writer.write(file);
    }

    private static long[] shape(Parameters.Parameter parameter) {
        long[] shape = new long[parameter.shape().length];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = parameter.shape()[i];
        }
        return shape;
    }
}
