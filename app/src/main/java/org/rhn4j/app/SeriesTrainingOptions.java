package org.rhn4j.app;

import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.cells.Dropout;
import org.rhn4j.training.Schedule;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.Option;

/** How a network over rows of a table is to be trained. What is not given is the task's usual, or on resuming the run's. */
final class SeriesTrainingOptions {
    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training rows at most.")
    private @Nullable Integer epochs;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "Time for training at most, resumed parts together; 0 for no limit.")
    private @Nullable Double minutes;

    @Option(
            names = "--patience",
            paramLabel = "N",
            description = "End after so many epochs without a better validation loss; 0 for never.")
    private @Nullable Integer patience;

    @Option(names = "--batch", paramLabel = "B", description = "Windows trained side by side.")
    private @Nullable Integer batch;

    @Option(names = "--window", paramLabel = "T", description = "Rows of a window.")
    private @Nullable Integer window;

    @Option(names = "--learning-rate", paramLabel = "R", description = "Highest rate of AdamW.")
    private @Nullable Double learningRate;

    @Option(names = "--warmup", paramLabel = "S", description = "Share of the run in which the rate rises.")
    private @Nullable Double warmup;

    @Option(names = "--final-rate", paramLabel = "S", description = "Share of the rate that is left at the end.")
    private @Nullable Double finalRate;

    @Option(names = "--clip", paramLabel = "C", description = "Largest norm of the gradient; 0 for no limit.")
    private @Nullable Double clip;

    @Option(names = "--weight-decay", paramLabel = "X", description = "Decoupled decay of the weights.")
    private @Nullable Double weightDecay;

    @Option(
            names = "--average",
            paramLabel = "D",
            description = "Decay, such as 0.99, of a running average of the weights that is validated and saved in"
                    + " their place; 0 for none.")
    private @Nullable Double average;

    @Option(names = "--dropout-input", paramLabel = "P", description = "Dropout of what enters a layer.")
    private @Nullable Double dropoutInput;

    @Option(names = "--dropout-state", paramLabel = "P", description = "Dropout of the state where it enters products.")
    private @Nullable Double dropoutState;

    @Option(names = "--dropout-output", paramLabel = "P", description = "Dropout of what enters the outputs.")
    private @Nullable Double dropoutOutput;

    @Option(names = "--dropout-update", paramLabel = "P", description = "Dropout of what a step adds to the state.")
    private @Nullable Double dropoutUpdate;

    @Option(
            names = "--init-range",
            paramLabel = "X",
            description = "Weights start uniform in ± this; 0 for one over the root of --hidden.")
    private @Nullable Double initRange;

    @Option(
            names = "--transform-bias",
            paramLabel = "X",
            description = "First bias of transform gates (of an LSTM's forget gates, minus half of it).")
    private @Nullable Double transformBias;

    @Option(names = "--seed", paramLabel = "S", description = "Seed of everything random.")
    private @Nullable Long seed;

    @Option(names = "--checkpoint-seconds", paramLabel = "S", description = "Time between two checkpoints.")
    private @Nullable Double checkpointSeconds;

    /**
     * The settings that these options make of a task's usual ones.
     *
     * @throws UserError if a value is out of its range
     */
    TrainingSettings over(TrainingSettings base) {
        return changeable(base)
                .batch(or(batch, base.batch()))
                .window(or(window, base.window()))
                .learningRate(or(learningRate, base.learningRate()))
                .schedule(Schedule.cosine(
                        share("--warmup", warmup, base.schedule().warmup()),
                        share("--final-rate", finalRate, base.schedule().end())))
                .clip(or(clip, base.clip()))
                .weightDecay(or(weightDecay, base.weightDecay()))
                .average(or(average, base.average()))
                .dropout(new Dropout(
                        0,
                        share("--dropout-input", dropoutInput, base.dropout().input()),
                        share("--dropout-state", dropoutState, base.dropout().state()),
                        share("--dropout-output", dropoutOutput, base.dropout().output()),
                        share("--dropout-update", dropoutUpdate, base.dropout().update())))
                .initialRange(or(initRange, base.initialRange()))
                .transformBias(or(transformBias, base.transformBias()))
                .seed(or(seed, base.seed()))
                .build();
    }

    /** The settings that these options make of those of a run that is resumed: all but four stay as they were. */
    TrainingSettings resuming(TrainingSettings base) {
        return changeable(base).build();
    }

    private TrainingSettings.Builder changeable(TrainingSettings base) {
        return base.toBuilder()
                .epochs(or(epochs, base.epochs()))
                .minutes(or(minutes, base.minutes()))
                .patience(or(patience, base.patience()))
                .checkpointSeconds(or(checkpointSeconds, base.checkpointSeconds()));
    }

    private static double share(String option, @Nullable Double given, double base) {
        double rate = or(given, base);
        if (!(rate >= 0 && rate < 1)) {
            throw new UserError("%s must be from 0 to below 1, not %s.".formatted(option, rate));
        }
        return rate;
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
