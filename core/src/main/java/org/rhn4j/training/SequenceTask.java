package org.rhn4j.training;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.OutputLoss;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.Sequences;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.store.Fingerprint;

/**
 * Training on windows of measured values that know nothing of each other: each begins from a zero state.
 *
 * <p>A task says which windows there are, what they are held against, and how the network is validated.
 */
public abstract class SequenceTask implements TrainingTask {
    private final Network network;
    private final Parameters parameters;
    private final TrainingSettings settings;
    private final List<TrainingRecord.Source> sources;
    private final String fingerprint;

    /**
     * B windows side by side.
     *
     * @param values what enters [T·B·F], time-major, finite
     * @param direct what reaches the outputs directly [S·B·D]; null where D is 0
     * @param loss what the outputs are held against; the sum over its rows is the mean loss of the windows
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Batch(float[] values, float @Nullable [] direct, OutputLoss loss) {
        /** What enters the network. */
        public Sequences sequences() {
            return Sequences.ofValues(values).withDirect(direct);
        }
    }

    /**
     * A task for a network made for training. The caller owns the network.
     *
     * @param sources the files, for the record
     * @param identity whatever, if it changed, would make it another run: a resumed one must have the same
     */
    protected SequenceTask(
            Network network,
            Parameters parameters,
            TrainingSettings settings,
            List<TrainingRecord.Source> sources,
            String identity) {
        this.network = network;
        this.parameters = parameters;
        this.settings = settings;
        this.sources = List.copyOf(sources);
        this.fingerprint = Fingerprint.sha256(identity.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The windows of one step.
     *
     * @param epoch from 0
     * @param step from 0 to {@link #windows()} − 1
     * @param random source of every choice; the same source, epoch and step give the same windows
     */
    protected abstract Batch batch(int epoch, int step, RandomSource random);

    @Override
    public final List<Network> parts() {
        return List.of(network);
    }

    @Override
    public final Parameters parameters() {
        return parameters;
    }

    /** The settings of the run; their window is T, their batch B. */
    protected final TrainingSettings settings() {
        return settings;
    }

    @Override
    public final List<TrainingRecord.Source> sources() {
        return sources;
    }

    @Override
    public final String fingerprint() {
        return fingerprint;
    }

    @Override
    public long itemsPerWindow() {
        return (long) settings.batch() * settings.window();
    }

    @Override
    public final void beginEpoch(int epoch) {
        // every window begins from zero
    }

    @Override
    public final double gradients(int epoch, int window, RandomSource random) {
        Batch batch = batch(epoch, window, random.split("windows"));
        network.clearStates();
        return network.gradients(batch.sequences(), batch.loss(), settings.dropout(), random);
    }

    @Override
    public final void writeWeights(Path folder) {
        ParameterFile.write(folder.resolve(ParameterFile.NAME), parameters);
    }
}
