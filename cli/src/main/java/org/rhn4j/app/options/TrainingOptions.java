package org.rhn4j.app.options;

import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.cells.Dropout;
import org.rhn4j.training.Schedule;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.Option;

/** How a network is to be trained, whatever its data. What is not given is the task's usual, or on resuming the run's. */
public class TrainingOptions {
    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training data at most.")
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

    @Option(names = "--batch", paramLabel = "B", description = "Sequences trained side by side.")
    private @Nullable Integer batch;

    @Option(names = "--window", paramLabel = "T", description = "Steps of a window, through which gradients flow back.")
    private @Nullable Integer window;

    @Option(names = "--learning-rate", paramLabel = "R", description = "Base rate, the highest of the run.")
    private @Nullable Double learningRate;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            description = "Share of the run in which the rate rises, before half a cosine.")
    private @Nullable Double warmup;

    @Option(names = "--final-rate", paramLabel = "S", description = "Share of the base rate that is left at the end.")
    private @Nullable Double finalRate;

    @Option(names = "--clip", paramLabel = "C", description = "Largest norm of the gradient; 0 for no limit.")
    private @Nullable Double clip;

    @Option(names = "--weight-decay", paramLabel = "X", description = "Decoupled decay of the weights (AdamW).")
    private @Nullable Double weightDecay;

    @Option(
            names = "--average",
            paramLabel = "D",
            description = "Decay, such as 0.999, of a running average of the weights that is validated and saved in"
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
            description = "First bias of transform gates; gates that keep what there is start the other way (an LSTM's"
                    + " forget gate at minus half of it).")
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
    public TrainingSettings over(TrainingSettings base) {
        return chosen(base).build();
    }

    /** Whether an option that a search could find is given. */
    public boolean isLearningRateGiven() {
        return learningRate != null;
    }

    public boolean areEpochsGiven() {
        return epochs != null;
    }

    public boolean isTransformBiasGiven() {
        return transformBias != null;
    }

    /** Of a forecast a window is the context, so that another length would have no effect. */
    public void refuseWindow() {
        if (window != null) {
            throw new UserError(
                    "--window has no effect on forecasts, whose windows are as long as --context; leave it out.");
        }
    }

    /** Networks without gates have no use for their bias. */
    public void refuseWithoutGates(boolean hasGates) {
        if (transformBias != null && !hasGates) {
            throw new UserError(
                    "--transform-bias has no effect on a cell without gates; leave it out, or choose --cell=rhn.");
        }
    }

    /** The settings of a new run, not yet checked as a whole. */
    TrainingSettings.Builder chosen(TrainingSettings base) {
        return changeable(base)
                .batch(or(batch, base.batch()))
                .window(or(window, base.window()))
                .learningRate(or(learningRate, usualRate(base)))
                .schedule(schedule(base.schedule()))
                .clip(or(clip, base.clip()))
                .weightDecay(or(weightDecay, base.weightDecay()))
                .average(or(average, base.average()))
                .dropout(dropout(base.dropout()))
                .initialRange(or(initRange, base.initialRange()))
                .transformBias(or(transformBias, base.transformBias()))
                .seed(or(seed, base.seed()));
    }

    /** The base rate where none is given. */
    double usualRate(TrainingSettings base) {
        return base.learningRate();
    }

    /** The schedule: a warm-up and half a cosine. */
    Schedule schedule(Schedule base) {
        double rise = share("--warmup", warmup, base.warmup());
        double end = or(finalRate, base.end());
        require(end >= 0 && end <= 1, "--final-rate", "from 0 to 1", end);
        return Schedule.cosine(rise, end);
    }

    /** The dropout; that of embeddings, which not every network has, stays as it is. */
    Dropout dropout(Dropout base) {
        return new Dropout(
                base.embedding(),
                share("--dropout-input", dropoutInput, base.input()),
                share("--dropout-state", dropoutState, base.state()),
                share("--dropout-output", dropoutOutput, base.output()),
                share("--dropout-update", dropoutUpdate, base.update()));
    }

    /** The settings that these options make of those of a run that is resumed: all but four stay as they were. */
    public TrainingSettings resuming(TrainingSettings base) {
        return changeable(base).build();
    }

    private TrainingSettings.Builder changeable(TrainingSettings base) {
        return base.toBuilder()
                .epochs(or(epochs, base.epochs()))
                .minutes(or(minutes, base.minutes()))
                .patience(or(patience, base.patience()))
                .checkpointSeconds(or(checkpointSeconds, base.checkpointSeconds()));
    }

    /** Refuses what a schedule without a cosine has no use for. */
    final void refuseCosine() {
        refuse("--warmup", warmup, "cosine");
        refuse("--final-rate", finalRate, "cosine");
    }

    final boolean isDecayGiven() {
        return weightDecay != null && weightDecay > 0;
    }

    static double share(String option, @Nullable Double given, double base) {
        double rate = or(given, base);
        require(rate >= 0 && rate < 1, option, "from 0 to below 1", rate);
        return rate;
    }

    static void refuse(String option, @Nullable Object given, String schedule) {
        if (given != null) {
            throw new UserError("%s belongs to the schedule %s; add --schedule=%s or leave %s out."
                    .formatted(option, schedule, schedule, option));
        }
    }

    static void require(boolean right, String option, String range, Number value) {
        if (!right) {
            throw new UserError("%s must be %s, not %s.".formatted(option, range, value));
        }
    }

    static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
