package org.rhn4j.tasks.anomaly;

import java.time.Duration;
import java.util.List;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.tasks.series.CalendarFeatures;
import org.rhn4j.tasks.series.CalendarFeatures.Cycle;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.Scaling;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.training.TrainingSettings;

/**
 * What is chosen before the training rows are seen; {@link #configuration} adds what they show.
 *
 * @param network the recurrent layers
 * @param parameters trainable numbers that the layers are sized to; 0 to leave their size
 * @param lookaheads the ways of looking
 * @param memory rows after which what is usual has faded
 * @param falseAlarms alarms that may be raised per row where nothing happens
 */
public record AnomalyPlan(
        RecurrentStack network, long parameters, List<Lookahead> lookaheads, int memory, double falseAlarms) {
    /** The recurrent layers unless told otherwise. */
    public static final RecurrentStack NETWORK = new RecurrentStack(CellKind.RHN, 32, 3, 1);

    private static final double VALIDATION = 0.2;

    /** The layers with everything else as it is unless told otherwise. */
    public static AnomalyPlan of(RecurrentStack network) {
        return new AnomalyPlan(
                network,
                0,
                AnomalyConfiguration.LOOKAHEADS,
                AnomalyConfiguration.MEMORY,
                AnomalyConfiguration.FALSE_ALARMS);
    }

    /** Settings that train a detector unless told otherwise. */
    public static TrainingSettings settings() {
        return TrainingSettings.builder()
                .batch(16)
                .window(64)
                .epochs(15)
                .learningRate(4e-3)
                .clip(1)
                .weightDecay(0.05)
                .transformBias(-1)
                .build();
    }

    /** This plan with layers sized to a number of trainable numbers. */
    public AnomalyPlan sizedTo(long count) {
        return new AnomalyPlan(network, count, lookaheads, memory, falseAlarms);
    }

    /** This plan with other ways of looking. */
    public AnomalyPlan withLookaheads(List<Lookahead> ways) {
        return new AnomalyPlan(network, parameters, ways, memory, falseAlarms);
    }

    /** This plan with another rate of false alarms, per row. */
    public AnomalyPlan withFalseAlarms(double perRow) {
        return new AnomalyPlan(network, parameters, lookaheads, memory, perRow);
    }

    /**
     * The configuration for a series; scaling and calendar from its first rows alone, the last fifth of which choose the
     * best epoch.
     *
     * @param schema its columns, nothing left to be found
     * @param reading how it was read
     * @param rows to look at, at least 1
     */
    public AnomalyConfiguration configuration(SeriesSchema schema, ReadingOptions reading, Series series, int rows) {
        Frequency frequency = series.time().frequency();
        int validation = (int) (VALIDATION * rows);
        AnomalyConfiguration configuration = new AnomalyConfiguration(
                AnomalyConfiguration.FORMAT,
                AnomalyConfiguration.TASK,
                network,
                schema.targets(),
                schema.time(),
                reading,
                frequency,
                calendar(frequency, series, rows),
                Scaling.fit(Scaling.Kind.STANDARD, series.targets(), 0, rows),
                rows - validation,
                validation,
                lookaheads,
                memory,
                falseAlarms);
        return parameters == 0 ? configuration : configuration.sizedTo(network, parameters);
    }

    /** The cycles that the rows went through twice: of others the network would learn what happened once. */
    private static CalendarFeatures calendar(Frequency frequency, Series series, int rows) {
        if (frequency.isTimeless()) {
            return new CalendarFeatures(List.of());
        }
        Duration span = Duration.between(series.time().localAt(0), series.time().localAt(rows - 1));
        return new CalendarFeatures(CalendarFeatures.fitting(frequency).cycles().stream()
                .filter(cycle -> span.compareTo(length(cycle).multipliedBy(2)) >= 0)
                .toList());
    }

    private static Duration length(Cycle cycle) {
        return switch (cycle) {
            case SECOND_OF_MINUTE -> Duration.ofMinutes(1);
            case MINUTE_OF_HOUR -> Duration.ofHours(1);
            case HOUR_OF_DAY -> Duration.ofDays(1);
            case DAY_OF_WEEK, WEEKEND -> Duration.ofDays(7);
            case DAY_OF_MONTH, WEEK_OF_MONTH -> Duration.ofDays(31);
            case DAY_OF_YEAR, MONTH_OF_YEAR -> Duration.ofDays(366);
        };
    }
}
