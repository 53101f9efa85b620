package org.rhn4j.tasks.series;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.rhn4j.UserError;
import org.rhn4j.store.NearestName;

/** How time stamps are written. */
public enum TimeFormat {
    /** 2024-03-31, 2024/3/31, 2024.03.31, with or without a time of day and an offset from UTC. */
    YEAR_FIRST("year-month-day"),
    /** 31.03.2024, 31/3/2024, 31-03-24, with or without a time of day. */
    DAY_FIRST("day-month-year"),
    /** 3/31/2024, with or without a time of day. */
    MONTH_FIRST("month-day-year"),
    /** 20240331, 20240331T1200, 20240331120000. */
    COMPACT("digits, year first"),
    /** 31-Mar-2024, March 31, 2024, 31. März 2024: the month by its name in a language of western Europe. */
    NAMED_MONTH("the month by name"),
    /** 2024-03, 2024/3, 03/2024, Mar-24, March 2024. */
    YEAR_MONTH("year and month"),
    /** 2024Q1, 2024-Q1, Q1 2024. */
    QUARTER("year and quarter"),
    /** 2024-W13, the Monday of that week by ISO 8601; 2024-W13-7, 2024W137: a day of it, from Monday on. */
    WEEK("year and ISO week"),
    /** 2024. */
    YEAR("year"),
    /** Seconds since 1970 in UTC. */
    EPOCH_SECONDS("seconds since 1970"),
    /** Milliseconds since 1970 in UTC. */
    EPOCH_MILLISECONDS("milliseconds since 1970"),
    /** Microseconds since 1970 in UTC. */
    EPOCH_MICROSECONDS("microseconds since 1970"),
    /** Nanoseconds since 1970 in UTC; parts of a microsecond are left out. */
    EPOCH_NANOSECONDS("nanoseconds since 1970"),
    /** Whole numbers that are no dates: cycles, steps. */
    NUMBER("whole numbers");

    private final String label;

    TimeFormat(String label) {
        this.label = label;
    }

    /** As a person says it. */
    public String label() {
        return label;
    }

    /** Whether stamps count from 1970 in UTC. */
    boolean isEpoch() {
        return switch (this) {
            case EPOCH_SECONDS, EPOCH_MILLISECONDS, EPOCH_MICROSECONDS, EPOCH_NANOSECONDS -> true;
            default -> false;
        };
    }

    /** Whether a stamp is a bare number, which only the column's name can tell from a value. */
    boolean isBareNumber() {
        return isEpoch() || this == NUMBER || this == YEAR || this == COMPACT;
    }

    /**
     * The format of a name such as {@code day-first}.
     *
     * @throws UserError if there is none
     */
    public static TimeFormat named(String name) {
        String wanted = name.strip().toUpperCase(Locale.ROOT).replace('-', '_');
        for (TimeFormat format : values()) {
            if (format.name().equals(wanted)) {
                return format;
            }
        }
        var names = Arrays.stream(values()).map(TimeFormat::optionName).toList();
        Optional<String> nearest = NearestName.of(name, names);
        throw new UserError("\"%s\" is no format of time; %s"
                .formatted(
                        name,
                        nearest.map("did you mean %s?"::formatted)
                                .orElse("there are " + String.join(", ", names) + ".")));
    }

    /** The name that {@link #named} takes. */
    public String optionName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
