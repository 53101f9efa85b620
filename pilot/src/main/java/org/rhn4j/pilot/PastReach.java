package org.rhn4j.pilot;

import java.util.Comparator;
import java.util.List;

/**
 * How far back a data set reaches: the error of a trained contender when it sees only the last steps of the past, and
 * repetitions of these in place of what is older.
 *
 * @param points by ascending steps; the last is the whole context
 */
public record PastReach(ContenderName name, List<Point> points) {
    /** An error this much above that of the whole context, as a share of it, counts as nothing lost. */
    public static final double TOLERANCE = 0.01;

    /**
     * The error with a shortened past.
     *
     * @param steps how much of the past was seen
     * @param error MASE over the validation and test windows that were asked
     */
    public record Point(int steps, double error) {}

    /** Sorts and copies the points. */
    public PastReach {
        points = points.stream().sorted(Comparator.comparingInt(Point::steps)).toList();
        if (points.isEmpty()) {
            throw new IllegalArgumentException("no points");
        }
    }

    /** The shortest past beyond which no cut loses more than the tolerance. */
    public int stepsNeeded() {
        double whole = points.getLast().error();
        int needed = points.getLast().steps();
        for (Point point : points.reversed()) {
            if (point.error() > whole * (1 + TOLERANCE)) {
                break;
            }
            needed = point.steps();
        }
        return needed;
    }

    /** What is lost with the shortest past, as a share of the error with the whole. */
    public double lossAtShortest() {
        return points.getFirst().error() / points.getLast().error() - 1;
    }
}
