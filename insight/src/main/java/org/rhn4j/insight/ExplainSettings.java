package org.rhn4j.insight;

import java.util.List;
import org.rhn4j.UserError;

/**
 * How thoroughly a model is explained; every part of the work is bounded by one of these numbers. {@link #fitting} gives
 * those that take a model of 23 million parameters two minutes on two cores, and small ones the defaults.
 *
 * @param tokens tokens of the text, or rows of series, on which the activity of gates is measured, at most
 * @param streams parts of the text that are read side by side, at most
 * @param reach furthest step back that gradients are followed, K
 * @param reachTargets losses whose gradients are followed, at most
 * @param exponents Lyapunov exponents, k
 * @param lyapunovSteps steps of each stream on which they are measured, at most
 * @param snapshots places of the text at which Jacobians are formed
 * @param eigenvalueSeconds expected time for eigenvalues: as many snapshots get them as fit in it
 * @param lesionTokens tokens or rows on which each lesion is measured, about; 0 for no lesions
 * @param unitGroups groups, from the units that forget soonest to those that remember longest, that are each put out of
 *     action too; 0 for none
 * @param unitsShown units of each layer whose activity is shown singly, those that vary most, beside those chosen
 * @param chosenUnits units to show
 * @param minimumCount how often a token must have come to be ranked by how far it opens a unit
 * @param seed of the random directions that exponents start from
 */
public record ExplainSettings(
        int tokens,
        int streams,
        int reach,
        int reachTargets,
        int exponents,
        int lyapunovSteps,
        int snapshots,
        double eigenvalueSeconds,
        int lesionTokens,
        int unitGroups,
        int unitsShown,
        List<UnitActivity.Choice> chosenUnits,
        int minimumCount,
        long seed) {
    /** What is done unless told otherwise. */
    public static final ExplainSettings DEFAULTS =
            new ExplainSettings(20_000, 8, 100, 400, 16, 256, 8, 30, 20_000, 4, 6, List.of(), 5, 1);

    /** Multiplications by weights in the parts that run the model, follow gradients, and carry tangents. */
    private static final double MOST_PRODUCTS = 3e11;
    /** The same in all lesions together. */
    private static final double MOST_LESION_PRODUCTS = 2.5e12;
    /** Where fewer would say too little, whatever the model. */
    private static final int FEWEST_TOKENS = 2000;

    private static final int FEWEST_TARGETS = 50;
    private static final int FEWEST_LYAPUNOV_STEPS = 64;

    /**
     * @throws UserError if a number is out of its range
     */
    public ExplainSettings {
        require("tokens", tokens, 1);
        require("streams", streams, 1);
        require("reach", reach, 1);
        require("reach_targets", reachTargets, 1);
        require("exponents", exponents, 1);
        require("lyapunov_steps", lyapunovSteps, 1);
        require("snapshots", snapshots, 1);
        require("lesion_tokens", lesionTokens, 0);
        require("unit_groups", unitGroups, 0);
        require("units_shown", unitsShown, 0);
        require("minimum_count", minimumCount, 1);
        if (!(eigenvalueSeconds >= 0)) {
            throw new UserError("eigenvalue_seconds is " + eigenvalueSeconds + "; it must be at least 0.");
        }
        chosenUnits = List.copyOf(chosenUnits);
    }

    private static void require(String key, int value, int least) {
        if (value < least) {
            throw new UserError("%s is %d; it must be at least %d.".formatted(key, value, least));
        }
    }

    /**
     * The defaults, with less of what takes long for a large model.
     *
     * @param parameters how many weights it has
     * @param parts micro-layers in all layers, each of which may have a lesion
     */
    public static ExplainSettings fitting(long parameters, int parts) {
        ExplainSettings d = DEFAULTS;
        double passes = MOST_PRODUCTS / Math.max(1, parameters);
        double lesionPasses = MOST_LESION_PRODUCTS / Math.max(1, parameters) / (1 + parts + d.unitGroups);
        return d.toBuilder()
                .tokens(bounded(d.tokens, passes, FEWEST_TOKENS))
                .reachTargets(bounded(d.reachTargets, passes / d.reach, FEWEST_TARGETS))
                .lyapunovSteps(bounded(d.lyapunovSteps, passes / (d.streams * d.exponents), FEWEST_LYAPUNOV_STEPS))
                .lesionTokens(bounded(d.lesionTokens, lesionPasses, FEWEST_TOKENS))
                .build();
    }

    private static int bounded(int wanted, double affordable, int fewest) {
        return (int) Math.min(wanted, Math.max(fewest, affordable));
    }

    /** Starts settings from these. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Starts settings from the defaults. */
    public static Builder builder() {
        return DEFAULTS.toBuilder();
    }

    /** Collects settings; {@link #build} checks them. */
    public static final class Builder {
        private int tokens;
        private int streams;
        private int reach;
        private int reachTargets;
        private int exponents;
        private int lyapunovSteps;
        private int snapshots;
        private double eigenvalueSeconds;
        private int lesionTokens;
        private int unitGroups;
        private int unitsShown;
        private List<UnitActivity.Choice> chosenUnits;
        private int minimumCount;
        private long seed;

        private Builder(ExplainSettings from) {
            tokens = from.tokens;
            streams = from.streams;
            reach = from.reach;
            reachTargets = from.reachTargets;
            exponents = from.exponents;
            lyapunovSteps = from.lyapunovSteps;
            snapshots = from.snapshots;
            eigenvalueSeconds = from.eigenvalueSeconds;
            lesionTokens = from.lesionTokens;
            unitGroups = from.unitGroups;
            unitsShown = from.unitsShown;
            chosenUnits = from.chosenUnits;
            minimumCount = from.minimumCount;
            seed = from.seed;
        }

        /** See {@link ExplainSettings#tokens}. */
        public Builder tokens(int value) {
            tokens = value;
            return this;
        }

        /** See {@link ExplainSettings#streams}. */
        public Builder streams(int value) {
            streams = value;
            return this;
        }

        /** See {@link ExplainSettings#reach}. */
        public Builder reach(int value) {
            reach = value;
            return this;
        }

        /** See {@link ExplainSettings#reachTargets}. */
        public Builder reachTargets(int value) {
            reachTargets = value;
            return this;
        }

        /** See {@link ExplainSettings#exponents}. */
        public Builder exponents(int value) {
            exponents = value;
            return this;
        }

        /** See {@link ExplainSettings#lyapunovSteps}. */
        public Builder lyapunovSteps(int value) {
            lyapunovSteps = value;
            return this;
        }

        /** See {@link ExplainSettings#snapshots}. */
        public Builder snapshots(int value) {
            snapshots = value;
            return this;
        }

        /** See {@link ExplainSettings#eigenvalueSeconds}. */
        public Builder eigenvalueSeconds(double value) {
            eigenvalueSeconds = value;
            return this;
        }

        /** See {@link ExplainSettings#lesionTokens}. */
        public Builder lesionTokens(int value) {
            lesionTokens = value;
            return this;
        }

        /** See {@link ExplainSettings#unitGroups}. */
        public Builder unitGroups(int value) {
            unitGroups = value;
            return this;
        }

        /** See {@link ExplainSettings#unitsShown}. */
        public Builder unitsShown(int value) {
            unitsShown = value;
            return this;
        }

        /** See {@link ExplainSettings#chosenUnits}. */
        public Builder chosenUnits(List<UnitActivity.Choice> value) {
            chosenUnits = value;
            return this;
        }

        /** See {@link ExplainSettings#minimumCount}. */
        public Builder minimumCount(int value) {
            minimumCount = value;
            return this;
        }

        /** See {@link ExplainSettings#seed}. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /**
         * The settings.
         *
         * @throws UserError if a number is out of its range
         */
        public ExplainSettings build() {
            return new ExplainSettings(
                    tokens,
                    streams,
                    reach,
                    reachTargets,
                    exponents,
                    lyapunovSteps,
                    snapshots,
                    eigenvalueSeconds,
                    lesionTokens,
                    unitGroups,
                    unitsShown,
                    chosenUnits,
                    minimumCount,
                    seed);
        }
    }
}
