package org.rhn4j.training;

import org.rhn4j.numbers.Engine;

/** Trains one model into a folder, whatever the task: what a command needs to conduct a run. */
public interface ModelTrainer extends AutoCloseable {
    /** Goes on from the checkpoint in the folder; see {@link TrainingLoop#resume}. */
    void resume();

    /** Trains to the end of the run; see {@link TrainingLoop#train}. */
    TrainingRecord train();

    /** The engine that the run computes on, with as many threads as serve the network. */
    Engine engine();

    /** Bytes of native memory that the run takes. */
    long plannedBytes();

    @Override
    void close();
}
