package org.rhn4j.training;

import java.nio.file.Path;
import java.util.List;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.TrainedPart;
import org.rhn4j.numbers.RandomSource;

/** What a {@link TrainingLoop} trains: a network, or several that work together, on windows of some data, with a validation loss. */
public interface TrainingTask {
    /** What is trained: a network, or several parts that write one set of gradients. */
    List<? extends TrainedPart> parts();

    /** The weights that are trained. */
    Parameters parameters();

    /** Windows in an epoch (in the first, where epochs differ), at least 1. */
    int windows();

    /** Windows in one epoch, where epochs differ. */
    default int windows(int epoch) {
        return windows();
    }

    /** What the learning rate of a step is multiplied with, where windows differ. */
    default double rateFactor(int epoch, int window) {
        return 1;
    }

    /** Tokens or rows that one window is trained on, for rates. */
    long itemsPerWindow();

    /** An epoch begins: carried states are set to what they are at the start of the data. */
    void beginEpoch(int epoch);

    /**
     * Computes the gradients of a window. The same arguments and state give the same gradients, bit for bit.
     *
     * @param epoch from 0
     * @param window from 0
     * @param random source of everything random in this step
     * @return the mean loss
     */
    double gradients(int epoch, int window, RandomSource random);

    /** The mean validation loss with the parameters as they are now; must bring its own networks up to date. */
    double validate();

    /** Writes into a folder what is known before training: configuration, vocabulary, scales. */
    void writeDescription(Path folder);

    /** Writes the weights into a folder, atomically. */
    void writeWeights(Path folder);

    /**
     * What in the data may be the reason where the loss becomes infinite: a sentence that says where it stands and what to
     * do. Empty where nothing stands out.
     */
    default String suspect() {
        return "";
    }

    /** The files that the model is trained and validated on. */
    List<TrainingRecord.Source> sources();

    /** Names the network and the data: a run is resumed only where this is the same. */
    String fingerprint();
}
