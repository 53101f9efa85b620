package org.rhn4j.tasks.series;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;

/**
 * Features that the time stamp alone gives, for rows that exist and for those of the future: where in the hour, day,
 * week, month and year a row stands, each as sine and cosine of its part of the cycle, and whether it is on a weekend.
 *
 * @param cycles the cycles that fit a frequency
 */
public record CalendarFeatures(List<Cycle> cycles) {
    /** A cycle of the calendar. Each gives sine and cosine; the weekend gives 0 or 1. */
    public enum Cycle {
        SECOND_OF_MINUTE,
        MINUTE_OF_HOUR,
        HOUR_OF_DAY,
        DAY_OF_WEEK,
        WEEKEND,
        DAY_OF_MONTH,
        WEEK_OF_MONTH,
        DAY_OF_YEAR,
        MONTH_OF_YEAR
    }

    private static final long MINUTE = 60_000_000L;

    public CalendarFeatures {
        cycles = List.copyOf(cycles);
    }

    /** The cycles that a step of this length goes through; none where rows have no time or are years apart. */
    public static CalendarFeatures fitting(Frequency frequency) {
        List<Cycle> cycles = new ArrayList<>();
        long count = frequency.count();
        switch (frequency.unit()) {
            case STEP -> {}
            case MICROSECOND -> {
                if (count < MINUTE) {
                    cycles.add(Cycle.SECOND_OF_MINUTE);
                }
                if (count < 60 * MINUTE) {
                    cycles.add(Cycle.MINUTE_OF_HOUR);
                }
                cycles.addAll(List.of(Cycle.HOUR_OF_DAY, Cycle.DAY_OF_WEEK, Cycle.WEEKEND, Cycle.DAY_OF_YEAR));
            }
            case DAY, BUSINESS_DAY -> {
                if (count % 7 != 0) {
                    cycles.add(Cycle.DAY_OF_WEEK);
                    cycles.add(Cycle.DAY_OF_MONTH);
                }
                if (count % 7 != 0 && frequency.unit() == Frequency.Unit.DAY) {
                    cycles.add(Cycle.WEEKEND);
                }
                if (count == 7) {
                    cycles.add(Cycle.WEEK_OF_MONTH);
                }
                cycles.add(Cycle.DAY_OF_YEAR);
            }
            case MONTH, MONTH_END, BUSINESS_MONTH_END -> {
                if (count % 12 != 0) {
                    cycles.add(Cycle.MONTH_OF_YEAR);
                }
            }
        }
        return new CalendarFeatures(cycles);
    }

    /** The number of features of a row. */
    public int size() {
        return cycles.stream().mapToInt(cycle -> cycle == Cycle.WEEKEND ? 1 : 2).sum();
    }

    /** The names of the features in their order. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (Cycle cycle : cycles) {
            String name = cycle.name().toLowerCase(java.util.Locale.ROOT);
            if (cycle == Cycle.WEEKEND) {
                names.add(name);
            } else {
                names.add(name + "_sine");
                names.add(name + "_cosine");
            }
        }
        return names;
    }

    /**
     * The features of rows {@code from} to {@code to} (not included) of an axis, which may lie beyond its last row.
     *
     * @return [to − from][size], each in [−1, 1]
     */
    public float[][] of(TimeAxis axis, long from, long to) {
        float[][] features = new float[Math.toIntExact(to - from)][size()];
        for (int i = 0; i < features.length && !cycles.isEmpty(); i++) {
            write(axis.localAt(from + i), features[i]);
        }
        return features;
    }

    private void write(LocalDateTime local, float[] row) {
        int at = 0;
        for (Cycle cycle : cycles) {
            if (cycle == Cycle.WEEKEND) {
                row[at++] = local.getDayOfWeek().getValue() >= DayOfWeek.SATURDAY.getValue() ? 1 : 0;
            } else {
                double angle = 2 * Math.PI * phase(cycle, local);
                row[at++] = (float) StrictMath.sin(angle);
                row[at++] = (float) StrictMath.cos(angle);
            }
        }
    }

    /** The part of the cycle that has passed, from 0 to 1. */
    private static double phase(Cycle cycle, LocalDateTime local) {
        double second = local.getSecond() + local.getNano() * 1e-9;
        double minute = local.getMinute() + second / 60;
        double hour = local.getHour() + minute / 60;
        return switch (cycle) {
            case SECOND_OF_MINUTE -> second / 60;
            case MINUTE_OF_HOUR -> minute / 60;
            case HOUR_OF_DAY -> hour / 24;
            case DAY_OF_WEEK -> (local.getDayOfWeek().getValue() - 1 + hour / 24) / 7;
            case DAY_OF_MONTH ->
                (local.getDayOfMonth() - 1.0) / local.toLocalDate().lengthOfMonth();
            case WEEK_OF_MONTH -> (local.get(ChronoField.ALIGNED_WEEK_OF_MONTH) - 1.0) / 5;
            case DAY_OF_YEAR ->
                (local.getDayOfYear() - 1 + hour / 24) / local.toLocalDate().lengthOfYear();
            case MONTH_OF_YEAR -> (local.getMonthValue() - 1.0) / 12;
            case WEEKEND -> throw new IllegalArgumentException("a weekend is no cycle");
        };
    }
}
