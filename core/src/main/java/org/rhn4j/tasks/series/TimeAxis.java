package org.rhn4j.tasks.series;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The time stamps of a series' rows: row i has the stamp {@code stampAt(i)}, also for i beyond the rows that exist.
 *
 * <p>A stamp is a number of microseconds since 1970-01-01 00:00: of the clock on the wall where the axis has no zone,
 * of UTC where it has one. On an axis without time it is a row number or a count of cycles.
 */
public final class TimeAxis {
    private static final long MICROS = 1_000_000;

    private final long start;
    private final Frequency frequency;
    private final @Nullable ZoneId zone;
    private final long @Nullable [] listed;

    private TimeAxis(long start, Frequency frequency, @Nullable ZoneId zone, long @Nullable [] listed) {
        this.start = start;
        this.frequency = frequency;
        this.zone = zone;
        this.listed = listed;
    }

    /** Rows numbered from {@code first}. */
    public static TimeAxis rows(long first) {
        return new TimeAxis(first, Frequency.STEPS, null, null);
    }

    /** Equal steps from {@code start} on. */
    public static TimeAxis regular(long start, Frequency frequency, @Nullable ZoneId zone) {
        return new TimeAxis(start, frequency, zone, null);
    }

    /**
     * Stamps that keep no regular step. Beyond them the axis goes on with {@code frequency}.
     *
     * @param stamps ascending, at least one; not copied
     */
    public static TimeAxis listed(long[] stamps, Frequency frequency, @Nullable ZoneId zone) {
        return new TimeAxis(stamps[0], frequency, zone, stamps);
    }

    public long start() {
        return start;
    }

    public Frequency frequency() {
        return frequency;
    }

    /** The zone in whose clock {@link #localAt} is told; null where stamps are told as the file tells them. */
    public @Nullable ZoneId zone() {
        return zone;
    }

    /** Whether every step has the same length. */
    public boolean isRegular() {
        return listed == null;
    }

    /** This axis without its first rows. */
    public TimeAxis from(int firstRow) {
        return listed == null
                ? new TimeAxis(stampAt(firstRow), frequency, zone, null)
                : listed(Arrays.copyOfRange(listed, firstRow, listed.length), frequency, zone);
    }

    /** The stamp of row i. */
    public long stampAt(long i) {
        if (listed != null) {
            if (i >= 0 && i < listed.length) {
                return listed[(int) i];
            }
            int last = listed.length - 1;
            return i < 0 ? step(start, i) : step(listed[last], i - last);
        }
        return step(start, i);
    }

    private long step(long from, long steps) {
        long units = steps * frequency.count();
        return switch (frequency.unit()) {
            case STEP, MICROSECOND -> from + units;
            case DAY -> toStamp(toLocal(from).plusDays(units));
            case BUSINESS_DAY -> toStamp(plusBusinessDays(toLocal(from), units));
            case MONTH, MONTH_END, BUSINESS_MONTH_END -> {
                LocalDateTime local = toLocal(from);
                LocalDate date = frequency.dayIn(YearMonth.from(local).plusMonths(units), local.getDayOfMonth());
                yield toStamp(date.atTime(local.toLocalTime()));
            }
        };
    }

    /**
     * The row that has a stamp, which may lie outside of those that exist.
     *
     * @return {@link Long#MIN_VALUE} if no row has it
     */
    public long indexOf(long stamp) {
        if (listed != null) {
            int found = Arrays.binarySearch(listed, stamp);
            return found >= 0 ? found : Long.MIN_VALUE;
        }
        long guess = rowsBefore(stamp);
        return stampAt(guess) == stamp ? guess : Long.MIN_VALUE;
    }

    /** The first row whose stamp is not before a stamp, among all rows of the axis, at least 0. */
    public long firstAtOrAfter(long stamp) {
        if (listed != null) {
            int found = Arrays.binarySearch(listed, stamp);
            return found >= 0 ? found : -found - 1;
        }
        long row = rowsBefore(stamp) - 2;
        while (stampAt(row) < stamp) {
            row++;
        }
        return Math.max(0, row);
    }

    /** A row at or shortly before a stamp. */
    private long rowsBefore(long stamp) {
        long count = frequency.count();
        return switch (frequency.unit()) {
            case STEP, MICROSECOND -> Math.floorDiv(stamp - start, count);
            case DAY -> Math.floorDiv(ChronoUnit.DAYS.between(toLocal(start), toLocal(stamp)), count);
            case BUSINESS_DAY -> Math.floorDiv(businessDaysBetween(toLocal(start), toLocal(stamp)), count);
            case MONTH, MONTH_END, BUSINESS_MONTH_END ->
                Math.floorDiv(
                        ChronoUnit.MONTHS.between(YearMonth.from(toLocal(start)), YearMonth.from(toLocal(stamp))),
                        count);
        };
    }

    /** The date and time that the clock on the wall shows at row i. */
    public LocalDateTime localAt(long i) {
        return toLocal(stampAt(i));
    }

    /** What a person reads at row i: a date, a date and time, with the offset from UTC if there is a zone, or a number. */
    public String textAt(long i) {
        return text(stampAt(i));
    }

    /** As {@link #textAt} for any stamp. */
    public String text(long stamp) {
        if (frequency.isTimeless()) {
            return Long.toString(stamp);
        }
        LocalDateTime local = toLocal(stamp);
        boolean dates = frequency.unit() != Frequency.Unit.MICROSECOND;
        if (dates && local.toLocalTime().equals(LocalTime.MIDNIGHT)) {
            return local.toLocalDate().toString();
        }
        String text = local.toLocalDate() + " " + time(local.toLocalTime());
        return zone == null ? text : text + zone.getRules().getOffset(instant(stamp));
    }

    private static String time(LocalTime time) {
        return time.truncatedTo(ChronoUnit.SECONDS).equals(time)
                ? time.format(DateTimeFormatter.ofPattern("HH:mm:ss", java.util.Locale.ROOT))
                : DateTimeFormatter.ISO_LOCAL_TIME.format(time);
    }

    private LocalDateTime toLocal(long stamp) {
        return LocalDateTime.ofInstant(instant(stamp), zone == null ? ZoneOffset.UTC : zone);
    }

    private long toStamp(LocalDateTime local) {
        return micros(local.atZone(zone == null ? ZoneOffset.UTC : zone).toInstant());
    }

    static Instant instant(long stamp) {
        return Instant.ofEpochSecond(Math.floorDiv(stamp, MICROS), Math.floorMod(stamp, MICROS) * 1000);
    }

    static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), MICROS), instant.getNano() / 1000);
    }

    /** The stamp of a date and time on an axis without a zone. */
    public static long stamp(LocalDateTime local) {
        return micros(local.toInstant(ZoneOffset.UTC));
    }

    private static LocalDateTime plusBusinessDays(LocalDateTime from, long days) {
        long weeks = Math.floorDiv(days, 5);
        LocalDateTime at = from.plusWeeks(weeks);
        for (long left = Math.floorMod(days, 5); left > 0; left--) {
            at = at.plusDays(at.getDayOfWeek() == DayOfWeek.FRIDAY ? 3 : 1);
        }
        return at;
    }

    /** Business days from a weekday to another day; a day of the weekend counts as the Friday before. */
    private static long businessDaysBetween(LocalDateTime from, LocalDateTime to) {
        long days = ChronoUnit.DAYS.between(from.toLocalDate(), to.toLocalDate());
        int first = from.getDayOfWeek().getValue() - 1;
        long sinceMonday = first + days;
        return Math.floorDiv(sinceMonday, 7) * 5 + Math.min(4, Math.floorMod(sinceMonday, 7)) - first;
    }
}
