package org.rhn4j.tasks.series;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.IsoFields;

/**
 * Reads time stamps of all {@link TimeFormat}s. One parser is used over and over; what it read last is in its fields'
 * accessors.
 */
final class StampParser {
    private static final long DAY = 86_400_000_000L;
    private static final long[] MICROS_OF_DIGIT = {100_000, 10_000, 1000, 100, 10, 1};
    private static final String LONGEST = Long.toString(Long.MAX_VALUE);

    private String text = "";
    private int at;
    private long micros;
    private boolean hasOffset;
    private int offsetSeconds;
    private boolean hasTimeOfDay;

    /** Microseconds since 1970 as the clock on the wall shows them; of UTC for epochs; the number itself for numbers. */
    long micros() {
        return micros;
    }

    /** Whether the stamp tells its offset from UTC. */
    boolean hasOffset() {
        return hasOffset;
    }

    /** The offset from UTC east of Greenwich. */
    int offsetSeconds() {
        return offsetSeconds;
    }

    boolean hasTimeOfDay() {
        return hasTimeOfDay;
    }

    /** Reads a stamp; false if it is not of that format or no date that exists. */
    boolean parse(String cell, TimeFormat format) {
        text = cell.strip();
        at = 0;
        hasOffset = false;
        offsetSeconds = 0;
        hasTimeOfDay = false;
        if (text.isEmpty()) {
            return false;
        }
        return switch (format) {
            case YEAR_FIRST, DAY_FIRST, MONTH_FIRST -> numericDate(format);
            case COMPACT -> compact();
            case NAMED_MONTH -> namedMonth();
            case YEAR_MONTH -> yearMonth();
            case QUARTER -> quarter();
            case WEEK -> week();
            case YEAR -> text.length() == 4 && date(number(4), 1, 1) && atEnd();
            case EPOCH_SECONDS -> epoch(1_000_000, 1, 100_000_000L, 100_000_000_000L);
            case EPOCH_MILLISECONDS -> epoch(1000, 1, 100_000_000_000L, 100_000_000_000_000L);
            case EPOCH_MICROSECONDS -> epoch(1, 1, 100_000_000_000_000L, 100_000_000_000_000_000L);
            case EPOCH_NANOSECONDS -> epoch(1, 1000, 100_000_000_000_000_000L, Long.MAX_VALUE);
            case NUMBER -> wholeNumber();
        };
    }

    private boolean numericDate(TimeFormat format) {
        int start = at;
        int first = number(4);
        int firstLength = at - start;
        if (first < 0 || atEnd() || "-/.".indexOf(text.charAt(at)) < 0) {
            return false;
        }
        char separator = text.charAt(at++);
        int second = number(2);
        if (second < 0 || !take(separator)) {
            return false;
        }
        start = at;
        int third = number(4);
        int thirdLength = at - start;
        boolean yearFirst = format == TimeFormat.YEAR_FIRST;
        if (third < 0 || (yearFirst ? firstLength != 4 || thirdLength > 2 : firstLength > 2 || thirdLength % 2 != 0)) {
            return false;
        }
        boolean exists = yearFirst
                ? date(first, second, third)
                : format == TimeFormat.DAY_FIRST
                        ? date(fullYear(third, thirdLength), second, first)
                        : date(fullYear(third, thirdLength), first, second);
        return exists && timeOfDayAndOffset();
    }

    private static int fullYear(int year, int digits) {
        return digits == 4 ? year : year < 69 ? 2000 + year : 1900 + year;
    }

    private boolean compact() {
        int digits = countDigits();
        if (digits != 8 && digits != 12 && digits != 14) {
            return false;
        }
        int year = number(4);
        int month = number(2);
        int day = number(2);
        if (!date(year, month, day)) {
            return false;
        }
        if (digits > 8) {
            return compactTime(digits - 8) && offset();
        }
        if (atEnd()) {
            return true;
        }
        if (!take('T') && !take(' ') && !take('_')) {
            return false;
        }
        int timeDigits = countDigits();
        if (timeDigits == 2 || timeDigits == 1) {
            return clock() && offset();
        }
        return (timeDigits == 4 || timeDigits == 6) && compactTime(timeDigits) && offset();
    }

    private boolean compactTime(int digits) {
        int hour = number(2);
        int minute = number(2);
        int second = digits == 6 ? number(2) : 0;
        return time(hour, minute, second, digits == 6 ? fraction() : 0);
    }

    private boolean namedMonth() {
        skipDayName();
        int start = at;
        int first = number(4);
        int firstLength = at - start;
        boolean monthFirst = first < 0;
        skipAny(" -/.");
        int month = monthName();
        if (month == 0) {
            return false;
        }
        skipAny(" -/.,");
        start = at;
        int second = number(4);
        int secondLength = at - start;
        if (second < 0) {
            return false;
        }
        if (!monthFirst) {
            boolean yearFirst = firstLength == 4;
            int year = yearFirst ? first : fullYear(second, secondLength);
            return (yearFirst || secondLength % 2 == 0)
                    && date(year, month, yearFirst ? second : first)
                    && timeOfDayAndOffset();
        }
        skipAny(" ,");
        start = at;
        int year = number(4);
        return at - start == 4 && secondLength <= 2 && date(year, month, second) && timeOfDayAndOffset();
    }

    private boolean yearMonth() {
        int start = at;
        int first = number(4);
        int firstLength = at - start;
        skipAny(" -/.");
        if (at == start + firstLength && first >= 0) {
            return false;
        }
        int named = monthName();
        if (named > 0) {
            if (first >= 0) {
                return firstLength == 4 && date(first, named, 1) && atEnd();
            }
            skipAny(" -/.,'");
            start = at;
            int year = number(4);
            int length = at - start;
            return (length == 2 || length == 4) && date(fullYear(year, length), named, 1) && atEnd();
        }
        start = at;
        int second = number(4);
        int secondLength = at - start;
        if (first < 0 || second < 0 || !atEnd()) {
            return false;
        }
        int year = firstLength == 4 ? first : second;
        int month = firstLength == 4 ? second : first;
        // 1.0500 and 6.4321 are numbers, not months
        return (firstLength == 4 ? secondLength <= 2 : secondLength == 4)
                && year >= 1500
                && year <= 2500
                && date(year, month, 1);
    }

    private boolean quarter() {
        int year;
        int quarter;
        if (take('Q')) {
            quarter = number(1);
            skipAny(" -/");
            year = number(4);
        } else {
            year = number(4);
            skipAny(" -/");
            if (!take('Q')) {
                return false;
            }
            quarter = number(1);
        }
        return quarter >= 1 && quarter <= 4 && year >= 1000 && date(year, quarter * 3 - 2, 1) && atEnd();
    }

    private boolean week() {
        int year = number(4);
        take('-');
        if (year < 1000 || !take('W')) {
            return false;
        }
        int week = number(2);
        int day = 1;
        if (!atEnd()) {
            take('-');
            day = number(1);
        }
        LocalDate inYear = LocalDate.of(year, 7, 1);
        if (week < 1
                || day < 1
                || day > 7
                || week
                        > IsoFields.WEEK_OF_WEEK_BASED_YEAR
                                .rangeRefinedBy(inYear)
                                .getMaximum()
                || !atEnd()) {
            return false;
        }
        LocalDate date = inYear.with(IsoFields.WEEK_OF_WEEK_BASED_YEAR, week).with(DayOfWeek.of(day));
        micros = date.toEpochDay() * DAY;
        return true;
    }

    private boolean epoch(long microsPerUnit, long unitsPerMicro, long least, long most) {
        int dot = text.indexOf('.');
        String whole = dot < 0 ? text : text.substring(0, dot);
        if (whole.isEmpty()
                || whole.length() > 19
                || !isDigits(whole)
                || (whole.length() == 19 && whole.compareTo(LONGEST) > 0)
                || (dot >= 0 && !isDigits(text.substring(dot + 1)))) {
            return false;
        }
        long units = Long.parseLong(whole);
        if (units < least || units >= most) {
            return false;
        }
        double part = dot < 0 ? 0 : Double.parseDouble("0" + text.substring(dot));
        micros = units / unitsPerMicro * microsPerUnit + Math.round(part * microsPerUnit / unitsPerMicro);
        hasTimeOfDay = true;
        hasOffset = true;
        return true;
    }

    private boolean wholeNumber() {
        String digits = text.startsWith("-") ? text.substring(1) : text;
        int dot = digits.indexOf('.');
        if (dot > 0 && digits.substring(dot + 1).chars().allMatch(c -> c == '0')) {
            digits = digits.substring(0, dot);
        }
        if (digits.isEmpty() || digits.length() > 15 || !isDigits(digits)) {
            return false;
        }
        long value = Long.parseLong(digits);
        micros = text.startsWith("-") ? -value : value;
        return true;
    }

    private boolean timeOfDayAndOffset() {
        if (atEnd()) {
            return true;
        }
        boolean separated = take('T');
        while (take(' ') || take(',') || take('_')) {
            separated = true;
        }
        return separated && clock() && offset();
    }

    /** 7, 07:30, 7:30:05.25, 7:30 PM, 18.00.00; 24:00 is midnight of the next day. */
    private boolean clock() {
        int hour = number(2);
        if (hour < 0) {
            return false;
        }
        int minute = 0;
        int second = 0;
        int fraction = 0;
        if (take(':') || take('.')) {
            minute = number(2);
            if (take(':') || take('.')) {
                second = number(2);
                fraction = fraction();
            }
        }
        skipAny(" ");
        int half = halfDay();
        if (half > 0 && (hour < 1 || hour > 12)) {
            return false;
        }
        if (half > 0) {
            hour = hour % 12 + (half == 2 ? 12 : 0);
        }
        return time(hour, minute, second, fraction);
    }

    /** 1 for AM, 2 for PM, 0 for neither. */
    private int halfDay() {
        if (at + 1 < text.length() && (text.charAt(at + 1) | 0x20) == 'm') {
            int letter = text.charAt(at) | 0x20;
            if (letter == 'a' || letter == 'p') {
                at += 2;
                return letter == 'a' ? 1 : 2;
            }
        }
        return 0;
    }

    private int fraction() {
        if (atEnd() || (text.charAt(at) != '.' && text.charAt(at) != ',')) {
            return 0;
        }
        at++;
        int digits = 0;
        int value = 0;
        while (!atEnd() && isDigit(text.charAt(at)) && digits < 9) {
            if (digits < 6) {
                value += (int) MICROS_OF_DIGIT[digits] * (text.charAt(at) - '0');
            }
            digits++;
            at++;
        }
        return digits == 0 ? -1 : value;
    }

    private boolean offset() {
        skipAny(" ");
        if (atEnd()) {
            return true;
        }
        if (take('Z') || takeWord("UTC") || takeWord("GMT")) {
            hasOffset = true;
            return atEnd();
        }
        boolean west = text.charAt(at) == '-';
        if (!west && text.charAt(at) != '+') {
            return false;
        }
        at++;
        int hours = number(2);
        take(':');
        int minutes = atEnd() || text.charAt(at) == '[' ? 0 : number(2);
        if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
            return false;
        }
        hasOffset = true;
        offsetSeconds = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
        if (!atEnd() && text.charAt(at) == '[' && text.endsWith("]")) {
            at = text.length();
        }
        return atEnd();
    }

    private boolean date(int year, int month, int day) {
        if (year < 1
                || month < 1
                || month > 12
                || day < 1
                || day > YearMonth.of(year, month).lengthOfMonth()) {
            return false;
        }
        micros = LocalDate.of(year, month, day).toEpochDay() * DAY;
        return true;
    }

    private boolean time(int hour, int minute, int second, int fraction) {
        boolean midnight = hour == 24 && minute == 0 && second == 0 && fraction == 0;
        if ((hour > 23 && !midnight)
                || hour < 0
                || minute < 0
                || minute > 59
                || second < 0
                || second > 59
                || fraction < 0) {
            return false;
        }
        micros += ((hour * 60L + minute) * 60 + second) * 1_000_000 + fraction;
        hasTimeOfDay = true;
        return true;
    }

    private int monthName() {
        int start = at;
        while (!atEnd() && Character.isLetter(text.charAt(at))) {
            at++;
        }
        int month = at - start < 3 ? 0 : DateWords.month(text.substring(start, at));
        if (month == 0) {
            at = start;
        } else if (!atEnd() && text.charAt(at) == '.') {
            at++;
        }
        return month;
    }

    /** Passes over the name of a day of the week, as in Mon, 31 March 2024. */
    private void skipDayName() {
        int start = at;
        while (!atEnd() && Character.isLetter(text.charAt(at))) {
            at++;
        }
        if (at - start < 2 || !DateWords.isDay(text.substring(start, at))) {
            at = start;
            return;
        }
        skipAny("., ");
    }

    /** Up to {@code most} digits as a number, -1 if there is none. */
    private int number(int most) {
        int start = at;
        int value = 0;
        while (at < text.length() && at - start < most && isDigit(text.charAt(at))) {
            value = value * 10 + (text.charAt(at++) - '0');
        }
        return at == start ? -1 : value;
    }

    private int countDigits() {
        int end = at;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return end - at;
    }

    private boolean take(char wanted) {
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private boolean takeWord(String word) {
        if (text.startsWith(word, at)) {
            at += word.length();
            return true;
        }
        return false;
    }

    private void skipAny(String some) {
        while (at < text.length() && some.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean atEnd() {
        return at >= text.length();
    }

    private static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
