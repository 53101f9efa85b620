package org.rhn4j.insight;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Geršgorin's discs of a real matrix J [n, n]: every eigenvalue lies in at least one of the discs around J[i, i] of
 * radius Σ_(j≠i) |J[i, j]|, and in at least one of those of radius Σ_(j≠i) |J[j, i]| (Geršgorin, 1931; for recurrent
 * highway networks: Zilly et al., 2017, section 4).
 *
 * @param centers J[i, i], [n]
 * @param rowRadii radii by rows [n]: how strongly the others drive unit i
 * @param columnRadii radii by columns [n]: how strongly unit i drives the others
 */
public record GershgorinDiscs(float[] centers, float[] rowRadii, float[] columnRadii) {
    /** The discs of a row-major matrix [n, n]. */
    static GershgorinDiscs of(float[] matrix, int n) {
        float[] centers = new float[n];
        double[] rows = new double[n];
        double[] columns = new double[n];
        for (int i = 0; i < n; i++) {
            centers[i] = matrix[i * n + i];
            for (int j = 0; j < n; j++) {
                if (j != i) {
                    double size = Math.abs(matrix[i * n + j]);
                    rows[i] += size;
                    columns[j] += size;
                }
            }
        }
        return new GershgorinDiscs(centers, floats(rows), floats(columns));
    }

    /** The mean of each centre and radius over several matrices of one size. */
    static GershgorinDiscs mean(List<GershgorinDiscs> all) {
        int n = all.getFirst().size();
        float[][] means = new float[3][n];
        for (GershgorinDiscs discs : all) {
            for (int i = 0; i < n; i++) {
                means[0][i] += discs.centers[i] / all.size();
                means[1][i] += discs.rowRadii[i] / all.size();
                means[2][i] += discs.columnRadii[i] / all.size();
            }
        }
        return new GershgorinDiscs(means[0], means[1], means[2]);
    }

    private static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }

    /** How many discs there are of each kind, n. */
    public int size() {
        return centers.length;
    }

    /** The furthest that the row disc of a unit reaches from zero: |centre| + radius. */
    public double rowReach(int unit) {
        return Math.abs(centers[unit]) + rowRadii[unit];
    }

    /** The furthest that the column disc of a unit reaches from zero. */
    public double columnReach(int unit) {
        return Math.abs(centers[unit]) + columnRadii[unit];
    }

    /** What no eigenvalue can exceed: the furthest reach of all discs, by rows or by columns, whichever is less. */
    public double bound() {
        double rows = 0;
        double columns = 0;
        for (int i = 0; i < size(); i++) {
            rows = Math.max(rows, rowReach(i));
            columns = Math.max(columns, columnReach(i));
        }
        return Math.min(rows, columns);
    }

    /** The units whose row discs reach furthest from zero, furthest first. */
    public int[] furthest(int count) {
        return IntStream.range(0, size())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer unit) -> -rowReach(unit))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Units whose row disc lies whole within a distance of a point on the real axis. */
    int[] within(double distance, double point) {
        return IntStream.range(0, size())
                .filter(unit -> Math.abs(centers[unit] - point) + rowRadii[unit] <= distance)
                .toArray();
    }
}
