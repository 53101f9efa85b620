package org.rhn4j.app;

import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.cells.Dropout;
import org.rhn4j.training.Optimizer;
import org.rhn4j.training.Schedule;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.Option;

/** How a network is to be trained. What is not given is the preset's, or on resuming the run's. */
final class TrainingOptions {
    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training text at most.")
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

    @Option(names = "--batch", paramLabel = "B", description = "Streams of text trained side by side.")
    private @Nullable Integer batch;

    @Option(names = "--window", paramLabel = "T", description = "Steps of truncated backpropagation through time.")
    private @Nullable Integer window;

    @Option(names = "--optimizer", paramLabel = "sgd|adamw", description = "How gradients change the weights.")
    private Optimizer.@Nullable Kind optimizer;

    @Option(
            names = "--learning-rate",
            paramLabel = "R",
            description = "Base rate; for sgd it acts on the loss summed over a window, as published. (Where only"
                    + " --optimizer is given: that of the preset with this optimizer.)")
    private @Nullable Double learningRate;

    @Option(
            names = "--schedule",
            paramLabel = "decay|cosine",
            description = "How the rate changes: flat and then divided once an epoch, or warm-up and half a cosine.")
    private Schedule.@Nullable Kind schedule;

    @Option(names = "--flat-epochs", paramLabel = "N", description = "decay: epochs at the base rate.")
    private @Nullable Integer flatEpochs;

    @Option(names = "--rate-divisor", paramLabel = "D", description = "decay: divides the rate in each later epoch.")
    private @Nullable Double rateDivisor;

    @Option(names = "--warmup", paramLabel = "S", description = "cosine: share of the run in which the rate rises.")
    private @Nullable Double warmup;

    @Option(names = "--final-rate", paramLabel = "S", description = "cosine: share of the base rate at the end.")
    private @Nullable Double finalRate;

    @Option(names = "--clip", paramLabel = "C", description = "Largest norm of the gradient; 0 for no limit.")
    private @Nullable Double clip;

    @Option(names = "--l2", paramLabel = "X", description = "L2 penalty on all weights, before clipping.")
    private @Nullable Double l2;

    @Option(names = "--weight-decay", paramLabel = "X", description = "adamw: decoupled decay of the weights.")
    private @Nullable Double weightDecay;

    @Option(
            names = "--average",
            paramLabel = "D",
            description = "Decay, such as 0.999, of a running average of the weights that is validated and saved in"
                    + " their place; 0 for none.")
    private @Nullable Double average;

    @Option(
            names = "--average-trigger",
            paramLabel = "N",
            description = "The average begins only when N epochs brought nothing better (NT-ASGD); 0 for at once.")
    private @Nullable Integer averageTrigger;

    @Option(
            names = "--label-smoothing",
            paramLabel = "P",
            description = "Share of each target's probability that is spread over all words.")
    private @Nullable Double labelSmoothing;

    @Option(
            names = "--window-deviation",
            paramLabel = "S",
            description = "Standard deviation of windows' lengths, which then differ in every epoch; 0 for one length.")
    private @Nullable Double windowDeviation;

    @Option(names = "--dropout-embedding", paramLabel = "P", description = "Share of word types dropped.")
    private @Nullable Double dropoutEmbedding;

    @Option(names = "--dropout-input", paramLabel = "P", description = "Dropout of what enters a layer.")
    private @Nullable Double dropoutInput;

    @Option(names = "--dropout-state", paramLabel = "P", description = "Dropout of the state where it enters products.")
    private @Nullable Double dropoutState;

    @Option(names = "--dropout-output", paramLabel = "P", description = "Dropout of what enters the softmax.")
    private @Nullable Double dropoutOutput;

    @Option(names = "--dropout-update", paramLabel = "P", description = "Dropout of what a step adds to the state.")
    private @Nullable Double dropoutUpdate;

    @Option(
            names = "--state-reset",
            paramLabel = "P",
            description = "Probability that a sequence starts a window from a zero state.")
    private @Nullable Double stateReset;

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
     * The settings that these options make of a preset's.
     *
     * @throws UserError if a value is out of its range, or an option belongs to another schedule or optimiser
     */
    TrainingSettings over(TrainingSettings base) {
        TrainingSettings.Builder settings = changeable(base);
        settings.batch(or(batch, base.batch()))
                .window(or(window, base.window()))
                .optimizer(or(optimizer, base.optimizer()))
                .learningRate(or(learningRate, usualRate(base)))
                .schedule(schedule(base.schedule()))
                .clip(or(clip, base.clip()))
                .l2(or(l2, base.l2()))
                .weightDecay(or(weightDecay, base.weightDecay()))
                .average(or(average, base.average()))
                .averageTrigger(or(averageTrigger, base.averageTrigger()))
                .dropout(dropout(base.dropout()))
                .labelSmoothing(or(labelSmoothing, base.labelSmoothing()))
                .windowDeviation(or(windowDeviation, base.windowDeviation()))
                .stateReset(or(stateReset, base.stateReset()))
                .initialRange(or(initRange, base.initialRange()))
                .transformBias(or(transformBias, base.transformBias()))
                .seed(or(seed, base.seed()));
        if (weightDecay != null && weightDecay > 0 && or(optimizer, base.optimizer()) != Optimizer.Kind.ADAMW) {
            throw new UserError("--weight-decay acts with --optimizer=adamw alone; for sgd use --l2.");
        }
        return settings.build();
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

    /** Rates of the two optimisers differ a hundredfold, so a change of optimiser takes the other preset's rate. */
    private double usualRate(TrainingSettings base) {
        return optimizer == null || optimizer == base.optimizer() ? base.learningRate() : Presets.usualRate(optimizer);
    }

    private Schedule schedule(Schedule base) {
        Schedule.Kind kind = or(schedule, base.kind());
        if (kind == Schedule.Kind.DECAY) {
            refuse("--warmup", warmup, "cosine");
            refuse("--final-rate", finalRate, "cosine");
            Schedule usual = base.kind() == kind ? base : Presets.USUAL_DECAY;
            int flat = or(flatEpochs, usual.flatEpochs());
            double divisor = or(rateDivisor, usual.divisor());
            require(flat >= 0, "--flat-epochs", "0 or more", flat);
            require(divisor >= 1, "--rate-divisor", "1 or more", divisor);
            return Schedule.decay(flat, divisor);
        }
        refuse("--flat-epochs", flatEpochs, "decay");
        refuse("--rate-divisor", rateDivisor, "decay");
        Schedule usual = base.kind() == kind ? base : Presets.USUAL_COSINE;
        double rise = or(warmup, usual.warmup());
        double end = or(finalRate, usual.end());
        require(rise >= 0 && rise < 1, "--warmup", "from 0 to below 1", rise);
        require(end >= 0 && end <= 1, "--final-rate", "from 0 to 1", end);
        return Schedule.cosine(rise, end);
    }

    private Dropout dropout(Dropout base) {
        return new Dropout(
                share("--dropout-embedding", dropoutEmbedding, base.embedding()),
                share("--dropout-input", dropoutInput, base.input()),
                share("--dropout-state", dropoutState, base.state()),
                share("--dropout-output", dropoutOutput, base.output()),
                share("--dropout-update", dropoutUpdate, base.update()));
    }

    private static double share(String option, @Nullable Double given, double base) {
        double rate = or(given, base);
        require(rate >= 0 && rate < 1, option, "from 0 to below 1", rate);
        return rate;
    }

    private static void refuse(String option, @Nullable Object given, String schedule) {
        if (given != null) {
            throw new UserError("%s belongs to the schedule %s; add --schedule=%s or leave %s out."
                    .formatted(option, schedule, schedule, option));
        }
    }

    private static void require(boolean right, String option, String range, Number value) {
        if (!right) {
            throw new UserError("%s must be %s, not %s.".formatted(option, range, value));
        }
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
