package org.rhn4j.training;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.cells.LayerState;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.TrainedPart;
import org.rhn4j.numbers.Workspace;
import org.rhn4j.store.Json;
import org.rhn4j.store.SafetensorsFile;
import org.rhn4j.store.SafetensorsWriter;
import org.rhn4j.store.StoredTensor;

/**
 * Everything that a run needs to go on as if it had never stopped, in one file: weights, the optimiser's arrays, the
 * carried states, and the {@link Position}. Masks need no generator's state: they are a function of seed and step.
 */
public final class Checkpoint {
    private static final String POSITION = "position";

    private Checkpoint() {}

    /**
     * Where a run stands, in plain numbers.
     *
     * @param settings how it is trained
     * @param fingerprint what it is trained on and what network: a run is not resumed on anything else
     * @param epoch epochs done
     * @param step windows done in the present epoch
     * @param steps optimiser steps taken
     * @param averageStart steps taken before the running average began; negative where it waits
     * @param lossSum sum of the losses of this epoch's windows, nats per token each
     * @param normSum sum of the gradient norms of this epoch's windows
     * @param rateFactor what the rate is lowered by after losses that were not finite
     * @param seconds time that the run has taken
     * @param bestLoss lowest validation loss so far; infinite before the first
     * @param bestEpoch the epoch it was reached in, from 1; 0 before the first
     * @param history metrics of the epochs done
     */
    public record Position(
            TrainingSettings settings,
            String fingerprint,
            int epoch,
            int step,
            long steps,
            long averageStart,
            double lossSum,
            double normSum,
            double rateFactor,
            double seconds,
            double bestLoss,
            int bestEpoch,
            List<EpochMetrics> history) {}

    /** Writes a checkpoint, atomically, from where the numbers lie: none of the arrays is copied to the heap. */
    public static void write(
            Path file,
            Position position,
            Parameters parameters,
            Optimizer optimizer,
            List<? extends TrainedPart> parts) {
        try (var _ = useOf(parts, optimizer)) {
            SafetensorsWriter writer = new SafetensorsWriter().metadata(POSITION, Json.toText(position));
            ParameterFile.add(writer, "weights/", parameters, parameters.memory());
            for (Map.Entry<String, MemorySegment> array : optimizer.arrays().entrySet()) {
                ParameterFile.add(writer, array.getKey() + "/", parameters, array.getValue());
            }
            List<LayerState> states =
                    parts.stream().flatMap(part -> part.states().stream()).toList();
            for (int k = 0; k < states.size(); k++) {
                LayerState state = states.get(k);
                writer.add("state/" + k, state.state(), state.batch(), state.units());
                if (state.memory() != null) {
                    writer.add("memory/" + k, state.memory(), state.batch(), state.units());
                }
            }
            writer.write(file);
        }
    }

    /** Keeps the memory of all that a run consists of. */
    static Workspace.Use useOf(List<? extends TrainedPart> parts, Optimizer optimizer) {
        Workspace.Use use = optimizer.use();
        for (TrainedPart part : parts) {
            use = use.and(part::use);
        }
        return use;
    }

    /**
     * Reads only where a run stands.
     *
     * @throws UserError if the file is missing or not a checkpoint
     */
    public static Position position(Path file) {
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            return position(stored);
        }
    }

    private static Position position(SafetensorsFile stored) {
        String json = stored.metadata().get(POSITION);
        if (json == null) {
            throw new UserError(
                    stored.path() + " is not a checkpoint (it says no position); start again without --resume.");
        }
        return Json.read(json, Position.class, stored.path() + ", position");
    }

    /** Restores a run into freshly made parts, which must have the same shapes. Weights must be packed afterwards. */
    public static Position read(
            Path file, Parameters parameters, Optimizer optimizer, List<? extends TrainedPart> parts) {
        try (var _ = useOf(parts, optimizer);
                SafetensorsFile stored = SafetensorsFile.open(file)) {
            Position position = position(stored);
            ParameterFile.read(stored, "weights/", parameters, parameters.memory());
            for (Map.Entry<String, MemorySegment> array : optimizer.arrays().entrySet()) {
                ParameterFile.read(stored, array.getKey() + "/", parameters, array.getValue());
            }
            int layer = 0;
            for (TrainedPart part : parts) {
                List<LayerState> states = new ArrayList<>();
                for (LayerState like : part.states()) {
                    states.add(readState(stored, layer++, like));
                }
                part.setStates(states);
            }
            optimizer.setSteps(position.steps());
            optimizer.setAverageStart(position.averageStart());
            return position;
        }
    }

    private static LayerState readState(SafetensorsFile stored, int layer, LayerState like) {
        float[] state = tensor(stored, "state/" + layer, like.batch(), like.units());
        float @Nullable [] memory =
                like.memory() == null ? null : tensor(stored, "memory/" + layer, like.batch(), like.units());
        return new LayerState(state, memory, like.batch(), like.units());
    }

    private static float[] tensor(SafetensorsFile stored, String name, long... shape) {
        StoredTensor tensor = stored.tensor(name, shape);
        SafetensorsFile.requireFinite(tensor, stored.path());
        return tensor.toFloats();
    }
}
