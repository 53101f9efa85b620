package org.rhn4j.app.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The score of the Numenta Anomaly Benchmark, standard profile (Lavin and Ahmad, "Evaluating real-time anomaly detection
 * algorithms", ICMLA 2015).
 *
 * <p>A row whose score reaches the threshold is a detection. In a window of an anomaly the best detection counts, up to 1
 * at the window's first row and towards 0 at its last; a window without detection costs 1; a detection outside of all
 * windows costs up to 0.11, less shortly after a window. Rows of the probation (15 % of a series, at most 750) do not
 * count. The sum is told between 0, no detection at all, and 100, each window found at its first row. One threshold is
 * taken for all series: the best.
 */
public final class NabScore {
    private static final double FALSE_POSITIVE = 0.11;
    private static final double PROBATION = 0.15;
    private static final int LONGEST_PROBATION_OF = 5000;
    private static final double FAR_BEHIND = 3;
    private static final double NO_DETECTION = 1.1;

    private NabScore() {}

    /** The rows of an anomaly, both included, with time before and after it. */
    public record Window(int first, int last) {}

    /**
     * A series with a detector's scores.
     *
     * @param scores in [0, 1], one for each row
     * @param windows in order of time, apart from each other
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Scored(String name, double[] scores, List<Window> windows) {}

    /**
     * How a series came out at a threshold.
     *
     * @param points the sum, from −windows (nothing found) to windows
     * @param found windows with a detection
     * @param falseAlarms detections outside of all windows
     */
    public record Outcome(String name, double points, int windows, int found, int falseAlarms) {
        /** 0 for no detection, 100 for all windows found at once. */
        public double normalized() {
            return windows == 0 ? 0 : 100 * (points + windows) / (2.0 * windows);
        }
    }

    /** The best threshold, the score there from 0 to 100, and each series' part. */
    public record Result(double threshold, double score, List<Outcome> series) {}

    /** Rows at the start of a series that do not count. */
    public static int probation(int rows) {
        return (int) Math.min(Math.floor(PROBATION * rows), PROBATION * LONGEST_PROBATION_OF);
    }

    /** The score at the threshold that is best for all series together. */
    public static Result best(List<Scored> corpus) {
        double threshold = bestThreshold(corpus);
        List<Outcome> outcomes =
                corpus.stream().map(scored -> at(scored, threshold)).toList();
        double points = 0;
        int windows = 0;
        for (Outcome outcome : outcomes) {
            points += outcome.points();
            windows += outcome.windows();
        }
        return new Result(threshold, windows == 0 ? 0 : 100 * (points + windows) / (2.0 * windows), outcomes);
    }

    /** One series at a threshold. */
    public static Outcome at(Scored scored, double threshold) {
        double[] values = values(scored);
        int[] windowOf = windowOf(scored);
        double[] best = new double[scored.windows().size()];
        Arrays.fill(best, -1);
        double points = 0;
        int falseAlarms = 0;
        for (int row = probation(values.length); row < values.length; row++) {
            if (scored.scores()[row] < threshold) {
                continue;
            }
            if (windowOf[row] < 0) {
                points += values[row];
                falseAlarms++;
            } else {
                best[windowOf[row]] = Math.max(best[windowOf[row]], values[row]);
            }
        }
        int found = 0;
        for (double each : best) {
            points += each;
            found += each > -1 ? 1 : 0;
        }
        return new Outcome(scored.name(), points, best.length, found, falseAlarms);
    }

    private record Detection(double score, double value, int window) {}

    /** Goes through all thresholds from the highest score down. */
    private static double bestThreshold(List<Scored> corpus) {
        List<Detection> detections = new ArrayList<>();
        int windows = 0;
        for (Scored scored : corpus) {
            double[] values = values(scored);
            int[] windowOf = windowOf(scored);
            for (int row = probation(values.length); row < values.length; row++) {
                int window = windowOf[row] < 0 ? -1 : windows + windowOf[row];
                detections.add(new Detection(scored.scores()[row], values[row], window));
            }
            windows += scored.windows().size();
        }
        detections.sort(Comparator.comparingDouble(Detection::score).reversed());
        double[] best = new double[windows];
        Arrays.fill(best, -1);
        double points = -windows;
        double threshold = NO_DETECTION;
        double bestPoints = points;
        double bestThreshold = threshold;
        for (Detection detection : detections) {
            if (detection.score() != threshold) {
                if (points > bestPoints) {
                    bestPoints = points;
                    bestThreshold = threshold;
                }
                threshold = detection.score();
            }
            if (detection.window() < 0) {
                points += detection.value();
            } else if (detection.value() > best[detection.window()]) {
                points += detection.value() - best[detection.window()];
                best[detection.window()] = detection.value();
            }
        }
        return points > bestPoints ? threshold : bestThreshold;
    }

    private static int[] windowOf(Scored scored) {
        int[] windowOf = new int[scored.scores().length];
        Arrays.fill(windowOf, -1);
        for (int w = 0; w < scored.windows().size(); w++) {
            Window window = scored.windows().get(w);
            for (int row = window.first(); row <= window.last(); row++) {
                windowOf[row] = w;
            }
        }
        return windowOf;
    }

    /** What a detection at each row is worth: from 1 to 0 in a window, from 0 to −0.11 outside. */
    static double[] values(Scored scored) {
        double[] values = new double[scored.scores().length];
        int[] windowOf = windowOf(scored);
        Window before = null;
        for (int row = 0; row < values.length; row++) {
            if (windowOf[row] >= 0) {
                before = scored.windows().get(windowOf[row]);
                double width = before.last() - before.first() + 1;
                values[row] = sigmoid(-(before.last() - row + 1) / width) / sigmoid(-1);
            } else if (before == null) {
                values[row] = -FALSE_POSITIVE;
            } else {
                // a window of one row has no length to measure distance in, and nothing behind it is near
                double length = before.last() - before.first();
                double behind = length == 0 ? Double.POSITIVE_INFINITY : (row - before.last()) / length;
                values[row] = FALSE_POSITIVE * sigmoid(behind);
            }
        }
        return values;
    }

    private static double sigmoid(double position) {
        return position > FAR_BEHIND ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
    }
}
