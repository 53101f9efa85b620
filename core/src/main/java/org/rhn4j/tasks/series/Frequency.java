package org.rhn4j.tasks.series;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The step from one row of a series to the next.
 *
 * @param unit what is counted
 * @param count how many units a step is, at least 1
 * @param day of months that are counted, the day: 29 or 30, or the month's last where it has none; null for the day on
 *     which a series begins
 */
public record Frequency(Unit unit, long count, @Nullable Integer day) {
    /** What a step is counted in. */
    public enum Unit {
        /** Rows without time, or whole numbers such as cycles. */
        STEP,
        /** A fixed length of time. */
        MICROSECOND,
        /** Days on the calendar, which may have 23 or 25 hours. */
        DAY,
        /** Mondays to Fridays. */
        BUSINESS_DAY,
        /** The same day of the month. */
        MONTH,
        /** The last day of the month. */
        MONTH_END,
        /** The last Monday to Friday of the month. */
        BUSINESS_MONTH_END
    }

    private static final long SECOND = 1_000_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    public static final Frequency STEPS = new Frequency(Unit.STEP, 1);
    public static final Frequency HOURLY = new Frequency(Unit.MICROSECOND, HOUR);
    public static final Frequency DAILY = new Frequency(Unit.DAY, 1);
    public static final Frequency BUSINESS_DAILY = new Frequency(Unit.BUSINESS_DAY, 1);
    public static final Frequency WEEKLY = new Frequency(Unit.DAY, 7);
    public static final Frequency MONTHLY = new Frequency(Unit.MONTH, 1);
    public static final Frequency QUARTERLY = new Frequency(Unit.MONTH, 3);
    public static final Frequency YEARLY = new Frequency(Unit.MONTH, 12);

    private static final Map<String, Frequency> NAMED = Map.of(
            "hourly", HOURLY,
            "daily", DAILY,
            "business-daily", BUSINESS_DAILY,
            "weekly", WEEKLY,
            "monthly", MONTHLY,
            "quarterly", QUARTERLY,
            "yearly", YEARLY,
            "minutely", ofMicroseconds(MINUTE),
            "steps", STEPS);
    private static final Pattern COUNTED = Pattern.compile("(\\d{1,9}) *([a-z]+)");

    /**
     * @throws IllegalArgumentException if the count is below 1, or a day is given for another unit than months
     */
    public Frequency {
        if (count < 1) {
            throw new IllegalArgumentException("a step of " + count + " " + unit);
        }
        if (day != null && (unit != Unit.MONTH || day < 1 || day > 31)) {
            throw new IllegalArgumentException("day " + day + " of " + unit);
        }
    }

    /** Steps of so many units. */
    public Frequency(Unit unit, long count) {
        this(unit, count, null);
    }

    /** A fixed length of time. */
    public static Frequency ofMicroseconds(long microseconds) {
        return new Frequency(Unit.MICROSECOND, microseconds);
    }

    /** Reads {@code hourly}, {@code business-daily}, {@code 15min}, {@code 5s}, {@code 3 months} and the like. */
    public static Optional<Frequency> parse(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        Frequency named = NAMED.get(name);
        if (named != null) {
            return Optional.of(named);
        }
        Matcher matcher = COUNTED.matcher(name);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            return Optional.empty();
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "us", "microsecond", "microseconds" -> Optional.of(ofMicroseconds(count));
            case "ms", "millisecond", "milliseconds" -> Optional.of(ofMicroseconds(count * 1000));
            case "s", "sec", "second", "seconds" -> Optional.of(ofMicroseconds(count * SECOND));
            case "m", "min", "minute", "minutes" -> Optional.of(ofMicroseconds(count * MINUTE));
            case "h", "hour", "hours" -> Optional.of(ofMicroseconds(count * HOUR));
            case "d", "day", "days" -> Optional.of(new Frequency(Unit.DAY, count));
            case "w", "week", "weeks" -> Optional.of(new Frequency(Unit.DAY, 7 * count));
            case "month", "months" -> Optional.of(new Frequency(Unit.MONTH, count));
            case "quarter", "quarters" -> Optional.of(new Frequency(Unit.MONTH, 3 * count));
            case "year", "years" -> Optional.of(new Frequency(Unit.MONTH, 12 * count));
            default -> Optional.empty();
        };
    }

    /**
     * The step that most neighbouring stamps keep, as a number of steps or a length of time.
     *
     * @param stamps of each series, ascending
     * @param timeless whether stamps are counts rather than microseconds
     */
    public static Frequency mostFrequent(List<long[]> stamps, boolean timeless) {
        long step = FrequencyFinder.mostFrequentDifference(stamps);
        return new Frequency(timeless ? Unit.STEP : Unit.MICROSECOND, step);
    }

    /**
     * The day of a month that a row of this frequency stands on, which is counted in months.
     *
     * @param first day of the month of the series' first row
     */
    LocalDate dayIn(YearMonth month, int first) {
        LocalDate end = month.atEndOfMonth();
        return switch (unit) {
            case MONTH_END -> end;
            case BUSINESS_MONTH_END ->
                end.minusDays(Math.max(0, end.getDayOfWeek().getValue() - DayOfWeek.FRIDAY.getValue()));
            default -> month.atDay(Math.min(day == null ? first : day, end.getDayOfMonth()));
        };
    }

    /** Whether a step is counted in rows or cycles, so that stamps have no date. */
    public boolean isTimeless() {
        return unit == Unit.STEP;
    }

    /** As a person says it: {@code hourly}, {@code every 15 minutes}. */
    public String label() {
        return switch (unit) {
            case STEP -> count == 1 ? "one row per step" : "every " + count + " steps";
            case MICROSECOND -> durationLabel();
            case DAY -> count == 1 ? "daily" : count == 7 ? "weekly" : every(count, 7, "weeks", "days");
            case BUSINESS_DAY -> count == 1 ? "business-daily (Monday to Friday)" : "every " + count + " business days";
            case MONTH -> monthLabel();
            case MONTH_END -> monthLabel() + " (last day of the month)";
            case BUSINESS_MONTH_END -> monthLabel() + " (last business day of the month)";
        };
    }

    private String monthLabel() {
        if (count == 1) {
            return "monthly";
        }
        if (count == 3) {
            return "quarterly";
        }
        return count == 12 ? "yearly" : every(count, 12, "years", "months");
    }

    private static String every(long count, long group, String groups, String single) {
        return count % group == 0 ? "every " + count / group + " " + groups : "every " + count + " " + single;
    }

    private String durationLabel() {
        if (count == HOUR) {
            return "hourly";
        }
        long[] lengths = {HOUR, MINUTE, SECOND, 1000};
        String[] names = {"hour", "minute", "second", "millisecond"};
        for (int i = 0; i < lengths.length; i++) {
            if (count % lengths[i] == 0) {
                long times = count / lengths[i];
                return "every " + (times == 1 ? names[i] : times + " " + names[i] + "s");
            }
        }
        return "every " + count + " microseconds";
    }

    /**
     * The lengths of the seasons that a series of this frequency may have, in steps, shortest first: the day and week of
     * an hourly series (24, 168). The first is the customary one for a seasonal naive forecast; 1 where there is none.
     */
    public List<Integer> seasonalPeriods() {
        return switch (unit) {
            case STEP -> List.of(1);
            case MICROSECOND -> durationPeriods();
            case DAY -> count == 1 ? List.of(7, 365) : count == 7 ? List.of(52) : List.of(1);
            case BUSINESS_DAY -> count == 1 ? List.of(5, 261) : List.of(1);
            case MONTH, MONTH_END, BUSINESS_MONTH_END ->
                12 % count == 0 && count < 12 ? List.of((int) (12 / count)) : List.of(1);
        };
    }

    private List<Integer> durationPeriods() {
        List<Integer> periods = new java.util.ArrayList<>();
        long[] cycles = count < MINUTE ? new long[] {MINUTE, HOUR} : new long[] {HOUR, DAY, 7 * DAY};
        for (long cycle : cycles) {
            boolean coarse = cycle == HOUR && count >= 5 * MINUTE;
            if (cycle % count == 0 && cycle / count > 1 && !coarse && periods.size() < 2) {
                periods.add((int) (cycle / count));
            }
        }
        return periods.isEmpty() ? List.of(1) : List.copyOf(periods);
    }
}
