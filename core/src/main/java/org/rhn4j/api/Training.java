package org.rhn4j.api;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.training.EpochMetrics;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingSettings;

/**
 * How a model is trained, where the defaults are not to decide it. Each method returns a copy with one thing changed.
 *
 * <p>Immutable, for any thread; the listeners are called by the thread that trains.
 */
public final class Training {
    private final Path folder;
    private long seed = 1;
    private int threads;
    private @Nullable CellKind cell;
    private int units;
    private int depth;
    private int layers;
    private int epochs;
    private double minutes;
    private @Nullable Precision precision;
    private Consumer<String> notes = sentence -> {};

    private Training(Path folder) {
        this.folder = folder;
    }

    private Training(Training other) {
        folder = other.folder;
        seed = other.seed;
        threads = other.threads;
        cell = other.cell;
        units = other.units;
        depth = other.depth;
        layers = other.layers;
        epochs = other.epochs;
        minutes = other.minutes;
        precision = other.precision;
        notes = other.notes;
    }

    /** Training with the task's defaults; the model, and a checkpoint while it is trained, go into a folder. */
    public static Training into(Path folder) {
        return new Training(folder);
    }

    private Training with(Consumer<Training> change) {
        Training copy = new Training(this);
        change.accept(copy);
        return copy;
    }

    /** The seed of everything random: one seed gives one model, bit for bit, on one machine and number of threads. */
    public Training seed(long value) {
        return with(copy -> copy.seed = value);
    }

    /** Threads that compute; 0 (the default) for as many as the network can feed. */
    public Training threads(int value) {
        return with(copy -> copy.threads = value);
    }

    /**
     * The recurrent cell.
     *
     * @param name {@code rhn}, {@code lstm}, {@code gru} or {@code dt-rnn}
     * @throws UserError if there is none of that name
     */
    public Training cell(String name) {
        CellKind named = cellNamed(name);
        return with(copy -> copy.cell = named);
    }

    static CellKind cellNamed(String name) {
        return Arrays.stream(CellKind.values())
                .filter(kind -> kind.key().equals(name))
                .findFirst()
                .orElseThrow(() -> new UserError("There is no cell \"%s\"; there are %s."
                        .formatted(
                                name,
                                String.join(
                                        ", ",
                                        Arrays.stream(CellKind.values())
                                                .map(CellKind::key)
                                                .toList()))));
    }

    /** Units of a layer's state, H. */
    public Training units(int value) {
        return with(copy -> copy.units = value);
    }

    /** Micro-layers in a time step, L. */
    public Training depth(int value) {
        return with(copy -> copy.depth = value);
    }

    /** Layers above one another, K. */
    public Training layers(int value) {
        return with(copy -> copy.layers = value);
    }

    /** Passes over the training data at most. */
    public Training epochs(int value) {
        return with(copy -> copy.epochs = value);
    }

    /** Minutes at most. */
    public Training minutes(double value) {
        return with(copy -> copy.minutes = value);
    }

    /** Products of f32 even where the processor multiplies bf16. */
    public Training f32() {
        return with(copy -> copy.precision = Precision.F32);
    }

    /** Hears a sentence after each epoch, and whatever else the user should know. */
    public Training onNote(Consumer<String> listener) {
        return with(copy -> copy.notes = listener);
    }

    Path folder() {
        return folder;
    }

    long seed() {
        return seed;
    }

    Engine engine() {
        Engine.Builder builder = Engine.builder().threads(threads);
        return (precision == null ? builder : builder.precision(precision)).build();
    }

    RecurrentStack over(RecurrentStack usual) {
        CellKind kind = cell == null ? usual.cell() : cell;
        return new RecurrentStack(
                kind,
                units > 0 ? units : usual.hiddenSize(),
                kind.depth(depth > 0 ? depth : usual.depth()),
                layers > 0 ? layers : usual.layers());
    }

    TrainingSettings over(TrainingSettings usual) {
        TrainingSettings.Builder builder = usual.toBuilder().seed(seed);
        if (epochs > 0) {
            builder.epochs(epochs);
        }
        if (minutes > 0) {
            builder.minutes(minutes);
        }
        return builder.build();
    }

    TrainingListener listener() {
        return new TrainingListener() {
            @Override
            public void afterEpoch(EpochMetrics metrics) {
                notes.accept("epoch %d: training loss %.4f, validation loss %.4f"
                        .formatted(metrics.epoch(), metrics.trainingLoss(), metrics.validationLoss()));
            }

            @Override
            public void note(String sentence) {
                notes.accept(sentence);
            }
        };
    }
}
