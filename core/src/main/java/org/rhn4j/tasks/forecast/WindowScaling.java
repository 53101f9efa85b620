package org.rhn4j.tasks.forecast;

/**
 * How a window is moved into the range that a network likes: z = (y − center) / scale, both from the rows of its own
 * past alone, so that what is learnt of one level holds for another.
 *
 * @param transform what is done to values first
 * @param center what becomes 0
 * @param scale what becomes 1
 */
public record WindowScaling(Transform transform, Center center, Scale scale) {
    /** What is done to values first. */
    public enum Transform {
        /** Nothing. */
        NONE,
        /** Their logarithm, where all are above zero: what counts are shares, not distances. */
        LOG
    }

    /** What becomes 0. */
    public enum Center {
        /** The last value that is there. */
        LAST,
        /** The mean of the last season. */
        SEASON,
        /** The mean of the context. */
        MEAN,
        /** Zero itself: for counts and demand, whose zero means something. */
        ZERO
    }

    /** What becomes 1. */
    public enum Scale {
        /** The standard deviation of the context. */
        DEVIATION,
        /** The mean distance of a value from the one a season before. */
        SEASONAL_DIFFERENCE,
        /** The mean absolute value. */
        LEVEL
    }

    /** For measured values. */
    public static final WindowScaling MEASURED = new WindowScaling(Transform.NONE, Center.LAST, Scale.DEVIATION);

    /** For counts. */
    public static final WindowScaling COUNTS = new WindowScaling(Transform.NONE, Center.ZERO, Scale.LEVEL);

    /** A scale is at least this share of the deviation of the rows up to the origin: a flat stretch is no microscope. */
    private static final double LEAST_SHARE = 0.05;

    /** These rows, so that a forecast from a long series takes no longer than from one of this length. */
    private static final int LONGEST_HISTORY = 1 << 13;

    /** The first row before an origin that its scale is found in. */
    static int firstRow(int origin, int context) {
        return Math.max(0, origin - Math.max(LONGEST_HISTORY, context));
    }

    /** A window's center and scale, of values or of their logarithms. */
    record Fitted(boolean log, double center, double scale) {
        /** Of values as they are. */
        Fitted(double center, double scale) {
            this(false, center, scale);
        }

        double apply(double value) {
            return ((log ? logarithm(value) : value) - center) / scale;
        }

        double invert(double scaled) {
            double value = scaled * scale + center;
            return log ? Math.exp(value) : value;
        }

        /** Where zero lies; of logarithms, which have none, the center. */
        double zero() {
            return log ? 0 : apply(0);
        }
    }

    /** A value as it is before it is centred and scaled. */
    double transformed(double value) {
        return transform == Transform.LOG ? logarithm(value) : value;
    }

    /** What has no logarithm counts as missing. */
    private static double logarithm(double value) {
        return value > 0 ? Math.log(value) : Double.NaN;
    }

    /**
     * Finds center and scale in the rows {@code from} to {@code origin} (not included).
     *
     * @param sums of a series' values, transformed
     * @param history first row that the deviation of all rows is taken from
     * @throws IllegalArgumentException if no value is there
     */
    Fitted fit(PrefixSums sums, int history, int from, int origin, int season) {
        if (sums.count(from, origin) == 0) {
            throw new IllegalArgumentException("no value from row %d to %d".formatted(from, origin));
        }
        double middle = switch (center) {
            case LAST -> last(sums, origin);
            case SEASON -> {
                int start = Math.max(from, origin - season);
                yield sums.count(start, origin) > 0 ? sums.mean(start, origin) : sums.mean(from, origin);
            }
            case MEAN -> sums.mean(from, origin);
            case ZERO -> 0;
        };
        double width = switch (scale) {
            case DEVIATION -> sums.deviation(from, origin);
            case SEASONAL_DIFFERENCE -> seasonalDifference(sums, from, origin, season);
            case LEVEL -> sums.meanAbsolute(from, origin);
        };
        double least = LEAST_SHARE
                * (scale == Scale.LEVEL ? sums.meanAbsolute(history, origin) : sums.deviation(history, origin));
        double usable = Math.max(width, least);
        // what numbers of this size cannot hold is no movement
        if (!(usable > 8 * Math.ulp(sums.mean(from, origin)))) {
            usable = sums.meanAbsolute(from, origin);
        }
        return new Fitted(transform == Transform.LOG, middle, usable > 0 ? usable : 1);
    }

    private static double last(PrefixSums sums, int origin) {
        int row = origin - 1;
        while (Double.isNaN(sums.value(row))) {
            row--;
        }
        return sums.value(row);
    }

    private static double seasonalDifference(PrefixSums sums, int from, int origin, int season) {
        double sum = 0;
        int count = 0;
        for (int t = from + season; t < origin; t++) {
            double difference = Math.abs(sums.value(t) - sums.value(t - season));
            if (!Double.isNaN(difference)) {
                sum += difference;
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }
}
