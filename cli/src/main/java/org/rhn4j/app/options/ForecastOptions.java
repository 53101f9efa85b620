package org.rhn4j.app.options;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.tasks.forecast.Errors;
import org.rhn4j.tasks.forecast.Floor;
import org.rhn4j.tasks.forecast.ForecastPlan;
import org.rhn4j.tasks.forecast.HeadKind;
import org.rhn4j.tasks.forecast.WindowScaling;
import picocli.CommandLine.Option;

/** What forecasts are to be like. What is not given is the plan's, or found in the training rows. */
public final class ForecastOptions {
    @Option(
            names = "--context",
            paramLabel = "N",
            description = "Rows of the past that a forecast sees (default: two weeks, three seasons or two horizons, as"
                    + " far as the rows allow).")
    private int context;

    @Option(
            names = "--patch",
            paramLabel = "N",
            description = "Rows that the network reads at a step (default: a season or a part of it).")
    private int patch;

    @Option(names = "--season", paramLabel = "N", description = "Rows of a season; 1 for none (default: it is found).")
    private int season;

    @Option(
            names = "--head",
            paramLabel = "quantiles|mean|student-t|negative-binomial",
            description = "What the network gives: quantiles, the expected value, or a distribution, of measured values"
                    + " or of counts (default: quantiles).")
    private @Nullable HeadKind head;

    @Option(
            names = "--quantiles",
            split = ",",
            paramLabel = "Q",
            description = "Levels of the quantiles (default: .05,.1,.25,.5,.75,.9,.95).")
    private List<Double> quantiles = List.of();

    @Option(
            names = "--center",
            paramLabel = "last|season|mean|zero",
            description = "What becomes 0 in each window (default: last, the last value; of counts zero).")
    private WindowScaling.@Nullable Center center;

    @Option(
            names = "--scale",
            paramLabel = "deviation|seasonal-difference|level",
            description = "What becomes 1 in each window (default: deviation; of counts level).")
    private WindowScaling.@Nullable Scale scale;

    @Option(
            names = "--log",
            description = "Take logarithms of values first, where all are above zero: what counts are shares, not"
                    + " distances.")
    private boolean log;

    @Option(
            names = "--floor",
            paramLabel = "none|zero|lowest",
            description =
                    "Below what no forecast goes: zero, for a series that was never below it, or the lowest value of"
                            + " the series so far (default: zero).")
    private @Nullable Floor floor;

    @Option(
            names = "--errors",
            paramLabel = "scaled|plain",
            description = "What training makes small: errors as parts of each window's scale, so that all windows count"
                    + " the same, or as they are; plain ones with --log are shares of the value (default: scaled).")
    private @Nullable Errors errors;

    @Option(names = "--no-direct", description = "Leave out the linear autoregression beside the recurrent layers.")
    private boolean noDirect;

    @Option(
            names = "--parameters",
            paramLabel = "N",
            description = "Size the layers to so many trainable numbers rather than by --hidden.")
    private long parameters;

    /**
     * The plan with these options.
     *
     * @throws UserError if a value is out of its range
     */
    public ForecastPlan over(ForecastPlan base) {
        requireNotNegative("--context", context);
        requireNotNegative("--patch", patch);
        requireNotNegative("--season", season);
        requireNotNegative("--parameters", parameters);
        ForecastPlan plan = base.withContext(context == 0 ? base.context() : context, patch == 0 ? base.patch() : patch)
                .withSeason(season == 0 ? base.season() : season)
                .sizedTo(parameters == 0 ? base.parameters() : parameters);
        if (head != null) {
            plan = plan.withHead(head);
        }
        if (!quantiles.isEmpty()) {
            plan = plan.withQuantiles(quantiles);
        }
        if (floor != null) {
            plan = plan.withFloor(floor);
        }
        if (errors != null) {
            plan = plan.withErrors(errors);
        }
        if (center != null || scale != null || log) {
            plan = plan.withWindow(new WindowScaling(
                    log ? WindowScaling.Transform.LOG : plan.window().transform(),
                    center == null ? plan.window().center() : center,
                    scale == null ? plan.window().scale() : scale));
        }
        return noDirect ? plan.withDirect(false) : plan;
    }

    private static void requireNotNegative(String option, long value) {
        if (value < 0) {
            throw new UserError("%s must be at least 1, not %d.".formatted(option, value));
        }
    }
}
