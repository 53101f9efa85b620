package org.rhn4j.tasks.series;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the step of series from their stamps: the one that most neighbouring rows keep. */
final class FrequencyFinder {
    private static final long DAY = 86_400_000_000L;
    private static final int MOST_STEPS = 1 << 16;
    private static final Frequency BUSINESS_MONTH_END = new Frequency(Frequency.Unit.BUSINESS_MONTH_END, 1);

    private final @Nullable ZoneId zone;
    private final Map<Long, Long> steps = new HashMap<>();
    private final Map<Long, Long> monthSteps = new HashMap<>();
    private boolean sameTimeOfDay = true;
    /** Which days of the month were seen in months of which length. */
    private final boolean[][] seen = new boolean[32][32];

    private boolean businessMonthEnds = true;
    private boolean weekdaysOnly = true;
    private boolean weekendsSkipped;
    private long localTime = -1;

    FrequencyFinder(@Nullable ZoneId zone) {
        this.zone = zone;
    }

    /** @param stamps of one series, ascending, no two alike */
    void add(long[] stamps) {
        LocalDate before = null;
        for (int i = 0; i < stamps.length; i++) {
            LocalDateTime local = local(stamps[i]);
            lookAt(local);
            LocalDate date = local.toLocalDate();
            if (before != null) {
                count(
                        steps,
                        sameTimeOfDay
                                ? calendarStep(before, date, stamps[i] - stamps[i - 1])
                                : stamps[i] - stamps[i - 1]);
                long months = (date.getYear() - before.getYear()) * 12L + date.getMonthValue() - before.getMonthValue();
                count(monthSteps, months);
                boolean overWeekend = before.getDayOfWeek() == DayOfWeek.FRIDAY && date.equals(before.plusDays(3));
                weekendsSkipped |= overWeekend;
            }
            before = date;
        }
    }

    /** Days are days even where the clock changed between them. */
    private static long calendarStep(LocalDate before, LocalDate date, long step) {
        long days = date.toEpochDay() - before.toEpochDay();
        return days > 0 ? days * DAY : step;
    }

    private void lookAt(LocalDateTime local) {
        long time = local.toLocalTime().toNanoOfDay();
        LocalDate date = local.toLocalDate();
        if (localTime < 0) {
            localTime = time;
        }
        sameTimeOfDay &= time == localTime;
        seen[date.getDayOfMonth()][date.lengthOfMonth()] = true;
        businessMonthEnds &= date.equals(BUSINESS_MONTH_END.dayIn(YearMonth.from(date), 1));
        weekdaysOnly &= date.getDayOfWeek().getValue() < 6;
    }

    private static void count(Map<Long, Long> counts, long step) {
        if (counts.size() < MOST_STEPS || counts.containsKey(step)) {
            counts.merge(step, 1L, Long::sum);
        }
    }

    private LocalDateTime local(long stamp) {
        return LocalDateTime.ofInstant(TimeAxis.instant(stamp), zone == null ? ZoneOffset.UTC : zone);
    }

    /** The step that occurs most often, the shorter of equals; none if no series has two rows. */
    Optional<Frequency> find() {
        if (steps.isEmpty()) {
            return Optional.empty();
        }
        long step = mostFrequent(steps);
        if (!sameTimeOfDay) {
            return Optional.of(Frequency.ofMicroseconds(step));
        }
        if (step >= 28 * DAY) {
            Optional<Frequency> monthly = monthly(mostFrequent(monthSteps));
            if (monthly.isPresent()) {
                return monthly;
            }
        }
        if (step == DAY && weekdaysOnly && weekendsSkipped) {
            return Optional.of(Frequency.BUSINESS_DAILY);
        }
        return Optional.of(new Frequency(Frequency.Unit.DAY, step / DAY));
    }

    /**
     * The frequency of so many months whose day all stamps keep: one and the same, one that shorter months lack (there it
     * is their last), the last, or the last business day. None if they keep no such day.
     */
    Optional<Frequency> monthly(long months) {
        int days = 0;
        int largest = 0;
        boolean ends = true;
        for (int day = 1; day < seen.length; day++) {
            boolean any = false;
            for (int length = 28; length < seen.length; length++) {
                any |= seen[day][length];
                ends &= !seen[day][length] || day == length;
            }
            days += any ? 1 : 0;
            largest = any ? day : largest;
        }
        if (days == 1) {
            return Optional.of(new Frequency(Frequency.Unit.MONTH, months));
        }
        if (ends) {
            return Optional.of(new Frequency(Frequency.Unit.MONTH_END, months));
        }
        if (isLargestOrLast(largest)) {
            return Optional.of(new Frequency(Frequency.Unit.MONTH, months, largest));
        }
        return businessMonthEnds
                ? Optional.of(new Frequency(Frequency.Unit.BUSINESS_MONTH_END, months))
                : Optional.empty();
    }

    private boolean isLargestOrLast(int largest) {
        for (int day = 1; day < largest; day++) {
            for (int length = 28; length < seen.length; length++) {
                if (seen[day][length] && day != length) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The step that most numbers keep. */
    static long mostFrequentDifference(List<long[]> series) {
        Map<Long, Long> counts = new HashMap<>();
        for (long[] stamps : series) {
            for (int i = 1; i < stamps.length; i++) {
                count(counts, stamps[i] - stamps[i - 1]);
            }
        }
        return counts.isEmpty() ? 1 : mostFrequent(counts);
    }

    private static long mostFrequent(Map<Long, Long> counts) {
        long best = Long.MAX_VALUE;
        long most = 0;
        for (Map.Entry<Long, Long> each : counts.entrySet()) {
            if (each.getValue() > most || (each.getValue() == most && each.getKey() < best)) {
                most = each.getValue();
                best = each.getKey();
            }
        }
        return best;
    }
}
