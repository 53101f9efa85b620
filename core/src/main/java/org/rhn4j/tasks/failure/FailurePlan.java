package org.rhn4j.tasks.failure;

import java.util.List;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.tasks.histories.History;
import org.rhn4j.tasks.histories.HistoryEncoding;
import org.rhn4j.tasks.histories.HistorySet;
import org.rhn4j.tasks.histories.HistorySplit;
import org.rhn4j.training.TrainingSettings;

/**
 * What is chosen before the training units are seen; {@link #prepare} adds what they show.
 *
 * @param network the recurrent layers
 * @param parameters trainable numbers that the layers are sized to; 0 to leave their size
 * @param smoothing spans of the running means that enter beside each feature, in rows
 * @param cap remaining life above which a unit counts as new, in steps; 0 where life is not predicted
 * @param within steps in which a failure is to be foreseen; 0 for none
 * @param validation share of the units to hold back
 * @param coverage share of the lives that are to lie in the interval
 */
public record FailurePlan(
        RecurrentStack network,
        long parameters,
        List<Integer> smoothing,
        double cap,
        double within,
        double validation,
        double coverage) {
    /** Layers that suit some dozens of units with some dozens of features. */
    public static final RecurrentStack NETWORK = new RecurrentStack(CellKind.RHN, 32, 2, 1);

    /** Spans of running means unless told otherwise. */
    public static final List<Integer> SMOOTHING = List.of(10, 30);

    /** The cap that is customary for turbofan engines. */
    public static final double CAP = 125;

    /** Share of the units held back unless told otherwise. */
    public static final double VALIDATION = 0.2;

    /** Share of the lives in the interval unless told otherwise: between the quantiles of 5 % and 95 %. */
    public static final double COVERAGE = 0.9;

    /** The layers with everything else as it is unless told otherwise. */
    public static FailurePlan of(RecurrentStack network) {
        return new FailurePlan(network, 0, SMOOTHING, CAP, 0, VALIDATION, COVERAGE);
    }

    /** Settings that train a predictor unless told otherwise. */
    public static TrainingSettings settings() {
        return TrainingSettings.builder()
                .batch(8)
                .window(128)
                .epochs(150)
                .learningRate(1e-2)
                .clip(1)
                .weightDecay(0.05)
                .average(0.98)
                .transformBias(-1)
                .build();
    }

    /** This plan with layers sized to a number of trainable numbers; 0 to leave their size. */
    public FailurePlan sizedTo(long count) {
        return new FailurePlan(network, count, smoothing, cap, within, validation, coverage);
    }

    /** This plan with other running means. */
    public FailurePlan withSmoothing(List<Integer> spans) {
        return new FailurePlan(network, parameters, spans, cap, within, validation, coverage);
    }

    /** This plan with another cap; 0 not to predict remaining life. */
    public FailurePlan withCap(double steps) {
        return new FailurePlan(network, parameters, smoothing, steps, within, validation, coverage);
    }

    /** This plan with the probability of a failure in so many steps; 0 for none. */
    public FailurePlan withWithin(double steps) {
        return new FailurePlan(network, parameters, smoothing, cap, steps, validation, coverage);
    }

    /** This plan with another share of units held back; 0 for none. */
    public FailurePlan withValidation(double share) {
        return new FailurePlan(network, parameters, smoothing, cap, within, share, coverage);
    }

    /** This plan with another share of the lives in the interval. */
    public FailurePlan withCoverage(double share) {
        return new FailurePlan(network, parameters, smoothing, cap, within, validation, share);
    }

    /** The units to train on and to validate on, drawn by a run's seed. */
    public static HistorySplit split(List<History> units, double validation, long seed) {
        return HistorySplit.random(units, validation, new RandomSource(seed).split("units"));
    }

    /**
     * The configuration for units, and the units without their constant features; these and the scaling are told from
     * the training units alone.
     *
     * @param fill whether tables may lack values
     * @throws org.rhn4j.UserError if all features are constant
     */
    public FailureData prepare(HistorySet set, HistorySplit split, boolean fill) {
        List<String> features = set.variedFeatures(split.train());
        HistorySplit narrowed = split.select(set, features);
        FailureConfiguration configuration = new FailureConfiguration(
                FailureConfiguration.FORMAT,
                FailureConfiguration.TASK,
                network,
                set.schema().unit(),
                set.schema().time(),
                features,
                set.schema().censored(),
                validation,
                set.reading(),
                set.step(),
                fill,
                HistoryEncoding.fit(narrowed.train(), smoothing, false).scaling(),
                smoothing,
                cap,
                within,
                coverage);
        return new FailureData(parameters == 0 ? configuration : configuration.sizedTo(parameters), narrowed);
    }
}
