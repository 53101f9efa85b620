package org.rhn4j.app.options;

import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.cells.Dropout;
import org.rhn4j.training.Optimizer;
import org.rhn4j.training.Schedule;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.Option;

/** How a language model is to be trained: what belongs to texts alone, and sgd as published. */
public final class TextTrainingOptions extends TrainingOptions {
    @Option(
            names = "--optimizer",
            paramLabel = "sgd|adamw",
            description =
                    "How gradients change the weights; sgd's rate acts on the loss summed over a window, as published."
                            + " (Where no --learning-rate is given: that of the preset with this optimizer.)")
    private Optimizer.@Nullable Kind optimizer;

    @Option(
            names = "--schedule",
            paramLabel = "decay|cosine",
            description = "How the rate changes: flat and then divided once an epoch, or warm-up and half a cosine.")
    private Schedule.@Nullable Kind schedule;

    @Option(names = "--flat-epochs", paramLabel = "N", description = "decay: epochs at the base rate.")
    private @Nullable Integer flatEpochs;

    @Option(names = "--rate-divisor", paramLabel = "D", description = "decay: divides the rate in each later epoch.")
    private @Nullable Double rateDivisor;

    @Option(names = "--l2", paramLabel = "X", description = "L2 penalty on all weights, before clipping.")
    private @Nullable Double l2;

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

    @Option(
            names = "--state-reset",
            paramLabel = "P",
            description = "Probability that a sequence starts a window from a zero state.")
    private @Nullable Double stateReset;

    @Override
    TrainingSettings.Builder chosen(TrainingSettings base) {
        if (isDecayGiven() && or(optimizer, base.optimizer()) != Optimizer.Kind.ADAMW) {
            throw new UserError("--weight-decay acts with --optimizer=adamw alone; for sgd use --l2.");
        }
        return super.chosen(base)
                .optimizer(or(optimizer, base.optimizer()))
                .l2(or(l2, base.l2()))
                .averageTrigger(or(averageTrigger, base.averageTrigger()))
                .labelSmoothing(or(labelSmoothing, base.labelSmoothing()))
                .windowDeviation(or(windowDeviation, base.windowDeviation()))
                .stateReset(or(stateReset, base.stateReset()));
    }

    /** Rates of the two optimisers differ a hundredfold, so a change of optimiser takes the other preset's rate. */
    @Override
    double usualRate(TrainingSettings base) {
        return optimizer == null || optimizer == base.optimizer() ? base.learningRate() : Presets.usualRate(optimizer);
    }

    @Override
    Schedule schedule(Schedule base) {
        Schedule.Kind kind = or(schedule, base.kind());
        if (kind == Schedule.Kind.DECAY) {
            refuseCosine();
            Schedule usual = base.kind() == kind ? base : Presets.USUAL_DECAY;
            int flat = or(flatEpochs, usual.flatEpochs());
            double divisor = or(rateDivisor, usual.divisor());
            require(flat >= 0, "--flat-epochs", "0 or more", flat);
            require(divisor >= 1, "--rate-divisor", "1 or more", divisor);
            return Schedule.decay(flat, divisor);
        }
        refuse("--flat-epochs", flatEpochs, "decay");
        refuse("--rate-divisor", rateDivisor, "decay");
        return super.schedule(base.kind() == kind ? base : Presets.USUAL_COSINE);
    }

    @Override
    Dropout dropout(Dropout base) {
        return super.dropout(base).withEmbedding(share("--dropout-embedding", dropoutEmbedding, base.embedding()));
    }
}
