package org.rhn4j.training;

import org.rhn4j.UserError;
import org.rhn4j.cells.Dropout;

/**
 * Everything that decides how a network is trained. Made with {@link #builder()}; saved with the model.
 *
 * @param batch sequences B trained side by side
 * @param window steps T of truncated backpropagation through time
 * @param epochs passes over the data at most
 * @param minutes time at most, over all resumed parts of the run; 0 for no limit
 * @param optimizer the optimiser
 * @param learningRate base rate; for SGD it acts on the loss summed over the window and averaged over the batch
 * @param schedule how the rate changes
 * @param clip largest norm of the gradient; 0 for no limit
 * @param l2 L2 penalty: added to the gradient, times the weight, before clipping
 * @param weightDecay decoupled weight decay of AdamW
 * @param average decay of the running average of the weights that is validated and saved; 0 for none
 * @param averageTrigger epochs without a better validation loss after which the running average begins (NT-ASGD: Merity,
 *     Keskar, Socher, 2018); 0 to begin with the first step
 * @param dropout rates of dropout
 * @param labelSmoothing share of a target's probability that is spread over all words in training, in [0, 1); told losses
 *     are those of the targets alone
 * @param windowDeviation standard deviation of the lengths of windows, in steps; 0 for windows of one length. One window
 *     in twenty is half as long (Merity, Keskar, Socher, 2018)
 * @param stateReset probability that a sequence's carried state is set to zero before a window; a net that is never
 *     reset may not find its way from a zero state in the middle of a text
 * @param initialRange weights start uniform in ± this; 0 for 1/√H
 * @param transformBias where the biases of transform gates start; those of other cells' gates at the multiple of it that
 *     {@link org.rhn4j.cells.Gate#biasShare} says
 * @param patience epochs without a better validation loss after which the run ends; 0 for no such end
 * @param checkpointSeconds time between checkpoints
 * @param seed seed of everything random
 */
public record TrainingSettings(
        int batch,
        int window,
        int epochs,
        double minutes,
        Optimizer.Kind optimizer,
        double learningRate,
        Schedule schedule,
        double clip,
        double l2,
        double weightDecay,
        double average,
        int averageTrigger,
        Dropout dropout,
        double labelSmoothing,
        double windowDeviation,
        double stateReset,
        double initialRange,
        double transformBias,
        int patience,
        double checkpointSeconds,
        long seed) {
    /**
     * @throws UserError if a value is out of its range
     */
    public TrainingSettings {
        require(batch >= 1 && batch <= 65_536, "batch", batch, "from 1 to 65536");
        require(window >= 1 && window <= 65_536, "window", window, "from 1 to 65536");
        require(epochs >= 1, "epochs", epochs, "at least 1");
        require(minutes >= 0 && minutes < 1e6, "minutes", minutes, "0 (no limit) or more, and below 1000000");
        require(learningRate > 0 && learningRate < 1e6, "learning-rate", learningRate, "above 0 and below 1000000");
        require(clip >= 0, "clip", clip, "0 (no limit) or more");
        require(l2 >= 0 && l2 < 1, "l2", l2, "from 0 to below 1");
        require(weightDecay >= 0 && weightDecay < 1e3, "weight-decay", weightDecay, "0 or more, and below 1000");
        require(average >= 0 && average < 1, "average", average, "from 0 (none) to below 1");
        require(averageTrigger >= 0, "average-trigger", averageTrigger, "0 (from the first step) or more");
        require(averageTrigger == 0 || average > 0, "average", average, "above 0 where average-trigger is");
        require(labelSmoothing >= 0 && labelSmoothing < 1, "label-smoothing", labelSmoothing, "from 0 to below 1");
        require(
                windowDeviation >= 0 && windowDeviation <= window / 2.0,
                "window-deviation",
                windowDeviation,
                "from 0 to half of the window");
        require(stateReset >= 0 && stateReset <= 1, "state-reset", stateReset, "from 0 to 1");
        require(
                initialRange >= 0 && initialRange < 1e3,
                "initial-range",
                initialRange,
                "from 0 (automatic) to below 1000");
        require(Math.abs(transformBias) <= 100, "transform-bias", transformBias, "from -100 to 100");
        require(patience >= 0, "patience", patience, "0 (off) or more");
        require(checkpointSeconds > 0, "checkpoint-seconds", checkpointSeconds, "above 0");
    }

    private static void require(boolean right, String name, Number value, String range) {
        if (!right) {
            throw new UserError("The setting " + name + " must be " + range + ", not " + value + ".");
        }
    }

    /** Settings to start from: AdamW with warm-up and cosine, which suit most data without a search. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these settings. */
    public Builder toBuilder() {
        Builder b = new Builder();
        b.batch = batch;
        b.window = window;
        b.epochs = epochs;
        b.minutes = minutes;
        b.optimizer = optimizer;
        b.learningRate = learningRate;
        b.schedule = schedule;
        b.clip = clip;
        b.l2 = l2;
        b.weightDecay = weightDecay;
        b.average = average;
        b.averageTrigger = averageTrigger;
        b.dropout = dropout;
        b.labelSmoothing = labelSmoothing;
        b.windowDeviation = windowDeviation;
        b.stateReset = stateReset;
        b.initialRange = initialRange;
        b.transformBias = transformBias;
        b.patience = patience;
        b.checkpointSeconds = checkpointSeconds;
        b.seed = seed;
        return b;
    }

    /** Builds {@link TrainingSettings}; each method sets the component of its name. */
    public static final class Builder {
        private int batch = 32;
        private int window = 35;
        private int epochs = 10;
        private double minutes;
        private Optimizer.Kind optimizer = Optimizer.Kind.ADAMW;
        private double learningRate = 2e-3;
        private Schedule schedule = Schedule.cosine(0.05, 0.01);
        private double clip = 10;
        private double l2;
        private double weightDecay = 1e-2;
        private double average;
        private int averageTrigger;
        private Dropout dropout = Dropout.NONE;
        private double labelSmoothing;
        private double windowDeviation;
        private double stateReset;
        private double initialRange;
        private double transformBias = -2;
        private int patience;
        private double checkpointSeconds = 300;
        private long seed = 1;

        private Builder() {}

        public Builder batch(int value) {
            batch = value;
            return this;
        }

        public Builder window(int value) {
            window = value;
            return this;
        }

        public Builder epochs(int value) {
            epochs = value;
            return this;
        }

        public Builder minutes(double value) {
            minutes = value;
            return this;
        }

        public Builder optimizer(Optimizer.Kind value) {
            optimizer = value;
            return this;
        }

        public Builder learningRate(double value) {
            learningRate = value;
            return this;
        }

        public Builder schedule(Schedule value) {
            schedule = value;
            return this;
        }

        public Builder clip(double value) {
            clip = value;
            return this;
        }

        public Builder l2(double value) {
            l2 = value;
            return this;
        }

        public Builder weightDecay(double value) {
            weightDecay = value;
            return this;
        }

        public Builder average(double value) {
            average = value;
            return this;
        }

        public Builder averageTrigger(int value) {
            averageTrigger = value;
            return this;
        }

        public Builder dropout(Dropout value) {
            dropout = value;
            return this;
        }

        public Builder labelSmoothing(double value) {
            labelSmoothing = value;
            return this;
        }

        public Builder windowDeviation(double value) {
            windowDeviation = value;
            return this;
        }

        public Builder stateReset(double value) {
            stateReset = value;
            return this;
        }

        public Builder initialRange(double value) {
            initialRange = value;
            return this;
        }

        public Builder transformBias(double value) {
            transformBias = value;
            return this;
        }

        public Builder patience(int value) {
            patience = value;
            return this;
        }

        public Builder checkpointSeconds(double value) {
            checkpointSeconds = value;
            return this;
        }

        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /**
         * Builds the settings.
         *
         * @throws UserError if a value is out of its range
         */
        public TrainingSettings build() {
            return new TrainingSettings(
                    batch,
                    window,
                    epochs,
                    minutes,
                    optimizer,
                    learningRate,
                    schedule,
                    clip,
                    l2,
                    weightDecay,
                    average,
                    averageTrigger,
                    dropout,
                    labelSmoothing,
                    windowDeviation,
                    stateReset,
                    initialRange,
                    transformBias,
                    patience,
                    checkpointSeconds,
                    seed);
        }
    }
}
