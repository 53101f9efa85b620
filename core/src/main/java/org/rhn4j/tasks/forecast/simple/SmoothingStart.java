package org.rhn4j.tasks.forecast.simple;

import java.util.List;

/**
 * States before the first row, by least squares over the first rows: a line, and what its seasons add to it or multiply it
 * with.
 *
 * @param level just before the first row
 * @param slope of a row
 * @param seasons for each length its values, 0 where added and 1 where multiplied on average
 */
record SmoothingStart(double level, double slope, double[][] seasons) {
    private static final int WITHOUT_SEASON = 10;
    private static final int SEASONS = 4;

    /** Rows that are looked at where there are as many. */
    static int rows(List<Integer> lengths) {
        return lengths.isEmpty() ? WITHOUT_SEASON : SEASONS * lengths.getLast();
    }

    /**
     * Finds the states.
     *
     * @param values on the method's axis
     * @param end rows that may be looked at
     * @param lengths of the seasons, the shortest first
     */
    static SmoothingStart of(double[] values, int end, List<Integer> lengths, boolean multiplied) {
        int longest = lengths.isEmpty() ? 1 : lengths.getLast();
        int rows = Math.min(end, rows(lengths));
        if (longest > 1 && rows > longest) {
            rows = rows / longest * longest; // whole seasons, so that they do not tilt the line
        }
        double[] line = line(values, rows, longest);
        double[][] seasons = new double[lengths.size()][];
        double[] rest = new double[rows];
        for (int t = 0; t < rows; t++) {
            double at = line[0] + line[1] * (t + 1);
            rest[t] = multiplied ? values[t] / at : values[t] - at;
        }
        for (int k = 0; k < seasons.length; k++) {
            seasons[k] = slots(rest, lengths.get(k), multiplied);
            for (int t = 0; t < rows; t++) {
                double of = seasons[k][t % lengths.get(k)];
                rest[t] = multiplied ? rest[t] / of : rest[t] - of;
            }
        }
        return new SmoothingStart(line[0], line[1], seasons);
    }

    /** Level before the first row and slope: from the means of the first and the last whole season, or by a line. */
    private static double[] line(double[] values, int rows, int season) {
        double slope = 0;
        if (season > 1 && rows >= 2 * season) {
            double first = mean(values, 0, season);
            double last = mean(values, rows - season, rows);
            slope = (last - first) / (rows - season);
        } else if (season == 1 && rows >= 2) {
            double product = 0;
            double square = 0;
            double middle = mean(values, 0, rows);
            for (int t = 0; t < rows; t++) {
                if (!Double.isNaN(values[t])) {
                    double at = t - (rows - 1) / 2.0;
                    product += at * (values[t] - middle);
                    square += at * at;
                }
            }
            slope = square > 0 ? product / square : 0;
        }
        if (Double.isNaN(slope)) {
            slope = 0;
        }
        double sum = 0;
        int count = 0;
        for (int t = 0; t < rows; t++) {
            if (!Double.isNaN(values[t])) {
                sum += values[t] - slope * (t + 1);
                count++;
            }
        }
        return new double[] {count == 0 ? 0 : sum / count, slope};
    }

    private static double mean(double[] values, int from, int to) {
        double sum = 0;
        int count = 0;
        for (int t = from; t < to; t++) {
            if (!Double.isNaN(values[t])) {
                sum += values[t];
                count++;
            }
        }
        return sum / count;
    }

    /** The mean of each place of a season, all together 0 or 1 on average. */
    private static double[] slots(double[] rest, int length, boolean multiplied) {
        double neutral = multiplied ? 1 : 0;
        double[] sums = new double[length];
        int[] counts = new int[length];
        for (int t = 0; t < rest.length; t++) {
            if (!Double.isNaN(rest[t])) {
                sums[t % length] += rest[t];
                counts[t % length]++;
            }
        }
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sums[i] = counts[i] == 0 ? neutral : sums[i] / counts[i];
            sum += sums[i];
        }
        double middle = sum / length;
        for (int i = 0; i < length; i++) {
            sums[i] = multiplied ? sums[i] / middle : sums[i] - middle;
        }
        return sums;
    }
}
