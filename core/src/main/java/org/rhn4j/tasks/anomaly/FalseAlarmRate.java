package org.rhn4j.tasks.anomaly;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rhn4j.UserError;
import org.rhn4j.store.NearestName;
import org.rhn4j.tasks.series.Frequency;

/** A rate of false alarms as a person says it: {@code 1/week}, {@code 2/day}, {@code 1/10000} rows. */
public final class FalseAlarmRate {
    private static final Pattern RATE = Pattern.compile("([0-9.]+) */ *(?:([0-9]+)(?: *rows?)?|([a-z]+))");
    private static final double DAY = 86_400;

    private enum Period {
        HOUR(3600),
        DAY(86_400),
        WEEK(7 * 86_400.0),
        MONTH(30 * 86_400.0),
        YEAR(365 * 86_400.0);

        private final double seconds;

        Period(double seconds) {
            this.seconds = seconds;
        }
    }

    private FalseAlarmRate() {}

    /**
     * The rate for one row.
     *
     * @param frequency of the rows
     * @throws UserError if the text is no rate, its period needs a time that the rows do not have, or it is out of range
     */
    public static double perRow(String text, Frequency frequency) {
        Matcher matcher = RATE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw notRate(text, "");
        }
        double alarms;
        try {
            alarms = Double.parseDouble(matcher.group(1));
        } catch (NumberFormatException e) {
            throw notRate(text, "");
        }
        double rows = matcher.group(2) != null
                ? Double.parseDouble(matcher.group(2))
                : period(text, matcher.group(3)).seconds / secondsOfRow(text, frequency);
        double rate = alarms / rows;
        if (!(rate > 0 && rate <= 0.1)) {
            throw new UserError(
                    "The rate \"%s\" is %.3g alarms per row; it must be above 0 and at most one in ten rows."
                            .formatted(text, rate));
        }
        return rate;
    }

    private static Period period(String text, String name) {
        for (Period period : Period.values()) {
            if (period.name().toLowerCase(Locale.ROOT).equals(name)) {
                return period;
            }
        }
        Optional<String> nearest = NearestName.of(name, List.of("hour", "day", "week", "month", "year"));
        throw notRate(text, nearest.map("; did you mean %s?"::formatted).orElse(""));
    }

    private static double secondsOfRow(String text, Frequency frequency) {
        return switch (frequency.unit()) {
            case STEP ->
                throw new UserError(
                        "The rate \"%s\" is by time, and the rows have none; give it by rows, as in 1/10000."
                                .formatted(text));
            case MICROSECOND -> frequency.count() / 1e6;
            case DAY -> frequency.count() * DAY;
            case BUSINESS_DAY -> frequency.count() * DAY * 7 / 5;
            case MONTH, MONTH_END, BUSINESS_MONTH_END -> frequency.count() * DAY * 365.25 / 12;
        };
    }

    private static UserError notRate(String text, String hint) {
        return new UserError("\"%s\" is no rate of false alarms%s; write it as 1/week, 2/day or 1/10000 rows."
                .formatted(text, hint));
    }
}
