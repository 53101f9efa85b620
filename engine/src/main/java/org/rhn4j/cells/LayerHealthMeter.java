package org.rhn4j.cells;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.pointwise.ScalarPointwise;

/**
 * Measures the health of a layer's micro-layers from what the forward pass of a training window kept anyway: the
 * factors ∂s'/∂a and the carry of each unit.
 *
 * <p>The Jacobian of a micro-layer is J = diag(carry) + Σ_g diag(F_g) R_g. Neither is it formed nor are its eigenvalues
 * computed. With means over the window's steps, and without the terms that mix two gates or a gate and the carry, whose
 * signs are random,
 * <pre>
 *   Σ_j |J_ij| ≤ carry_i + Σ_g |F_g,i| Σ_j |R_g,ij|      Σ_j J_ij² ≈ carry_i² + Σ_g F_g,i² Σ_j R_g,ij²
 * </pre>
 * so that one pass over the weights and one over the factors give the bound by Geršgorin's rows and the gain. A
 * state with a memory is (h, c). Its bound is over both; its gain is that of the memory alone, c ← (f + Σ F_g R_g diag(∂h/∂c)) c,
 * because h fades within a step where the memory does not.
 *
 * <p>Each worker measures its own units; masks are left out.
 */
public final class LayerHealthMeter {
    /** Where all derivatives of a unit together are smaller, it counts as saturated. */
    public static final double SATURATED = 0.01;

    /** Steps of sequences that are looked at, at most: means over so many do. */
    private static final int MOST_ROWS = 128;

    private final RecurrentLayer layer;
    private final Cell cell;
    private final int hidden;
    private int rows;
    /** [L][F·H]: means over the steps of the sizes of the factors, and of their squares. */
    private final double[][] sizes;

    private final double[][] squares;
    /** [L][H]: in how many of the steps a unit was saturated. */
    private final int[][] saturated;
    /** [L][H]: reach of the disc, and square of the gain, of each unit's row. */
    private final double[][] reaches;

    private final double[][] gains;

    /** A meter of a layer made for training. */
    LayerHealthMeter(RecurrentLayer layer) {
        this.layer = layer;
        cell = layer.cell();
        hidden = layer.hidden().units();
        sizes = new double[cell.depth()][cell.factors() * hidden];
        squares = new double[cell.depth()][cell.factors() * hidden];
        saturated = new int[cell.depth()][hidden];
        reaches = new double[cell.depth()][hidden];
        gains = new double[cell.depth()][hidden];
    }

    /** Measures what the last training window left, one worker's part inside a job of the team; ends with a barrier. */
    public void measure(int worker) {
        int first = layer.hidden().start(worker);
        int width = Math.clamp(hidden - first, 0, layer.hidden().width(worker));
        int[] looked = lookedAt();
        for (int l = 0; l < cell.depth(); l++) {
            gatherFactors(worker, l, first, width, looked);
        }
        layer.barrier(); // the gain of a memory asks for the factors of all units
        for (int l = 0; l < cell.depth(); l++) {
            for (int unit = first; unit < first + width; unit++) {
                gatherWeights(l, unit);
            }
        }
        if (worker == 0) {
            rows = looked.length;
        }
        layer.barrier();
    }

    /** Rows t · B + b that ran, at equal distances. */
    private int[] lookedAt() {
        ActiveRows active = layer.active();
        int[] ran = active == null ? null : active.rows();
        int all = ran == null ? layer.steps() * layer.batch() : ran.length;
        int[] looked = new int[Math.min(all, MOST_ROWS)];
        for (int i = 0; i < looked.length; i++) {
            int index = (int) ((long) all * i / looked.length);
            looked[i] = ran == null ? index : ran[index];
        }
        return looked;
    }

    private void gatherFactors(int worker, int l, int first, int width, int[] looked) {
        int factors = cell.factors();
        for (int f = 0; f < factors; f++) {
            Arrays.fill(sizes[l], f * hidden + first, f * hidden + first + width, 0);
            Arrays.fill(squares[l], f * hidden + first, f * hidden + first + width, 0);
        }
        Arrays.fill(saturated[l], first, first + width, 0);
        Precision precision = layer.precision();
        for (int row : looked) {
            long at = layer.factorAddress(worker, l, row / layer.batch());
            int stride = layer.hidden().width(worker);
            long start = (long) (row % layer.batch()) * factors * stride;
            for (int j = 0; j < width; j++) {
                double reacts = 0;
                for (int f = 0; f < factors; f++) {
                    double value = Math.abs(ScalarPointwise.loadOperand(at, start + (long) f * stride + j, precision));
                    sizes[l][f * hidden + first + j] += value;
                    squares[l][f * hidden + first + j] += value * value;
                    reacts += f < cell.gates() ? value : 0;
                }
                if (reacts < SATURATED) {
                    saturated[l][first + j]++;
                }
            }
        }
        for (int i = 0; i < factors * width; i++) {
            int unit = i / width * hidden + first + i % width;
            sizes[l][unit] /= looked.length;
            squares[l][unit] /= looked.length;
        }
    }

    private void gatherWeights(int l, int unit) {
        boolean remembers = cell.hasMemory();
        int carry = cell.carryFactor();
        double reach = carry < 0 ? 0 : sizes[l][carry * hidden + unit];
        double square = carry < 0 ? 0 : squares[l][carry * hidden + unit];
        double ofOutput = 0;
        for (int g = 0; g < cell.gates(); g++) {
            long row = layer.recurrentRowAddress(l, g * hidden + unit);
            int factor = cell.recurrentFactor(g) * hidden + unit;
            double size = sizes[l][factor] * sumOfSizes(row, hidden);
            if (cell.shows(g)) {
                ofOutput = size;
            } else {
                reach += size;
                square += squares[l][factor]
                        * (remembers
                                ? sumOfSquares(row, squares[l], cell.shownFactor() * hidden, hidden)
                                : sumOfSquares(row, hidden));
            }
        }
        double shown = remembers ? ofOutput + sizes[l][cell.shownFactor() * hidden + unit] * reach : 0;
        reaches[l][unit] = Math.max(reach, shown);
        gains[l][unit] = square;
    }

    private static double sumOfSizes(long row, int n) {
        float even = 0;
        float odd = 0;
        int j = 0;
        for (; j + 1 < n; j += 2) {
            even += Math.abs(NativeMemory.getFloat(row + 4L * j));
            odd += Math.abs(NativeMemory.getFloat(row + 4L * j + 4));
        }
        return even + odd + (j < n ? Math.abs(NativeMemory.getFloat(row + 4L * j)) : 0);
    }

    private static double sumOfSquares(long row, int n) {
        float even = 0;
        float odd = 0;
        int j = 0;
        for (; j + 1 < n; j += 2) {
            float a = NativeMemory.getFloat(row + 4L * j);
            float b = NativeMemory.getFloat(row + 4L * j + 4);
            even += a * a;
            odd += b * b;
        }
        float last = j < n ? NativeMemory.getFloat(row + 4L * j) : 0;
        return even + odd + last * last;
    }

    /** Σ_j of the squares of a row, times a weight of each column. */
    private static double sumOfSquares(long row, double[] weights, int at, int n) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            double w = NativeMemory.getFloat(row + 4L * j);
            sum += w * w * weights[at + j];
        }
        return sum;
    }

    /** Micro-layers L. */
    public int depth() {
        return cell.depth();
    }

    /** The health of a micro-layer as last measured. */
    public MicroLayerHealth result(int microLayer) {
        @Nullable Double renewal = null;
        int carry = cell.carryFactor();
        double bound = 0;
        double gain = 0;
        long without = 0;
        double kept = 0;
        for (int unit = 0; unit < hidden; unit++) {
            bound = Math.max(bound, reaches[microLayer][unit]);
            gain += gains[microLayer][unit];
            without += saturated[microLayer][unit];
            kept += carry < 0 ? 0 : sizes[microLayer][carry * hidden + unit];
        }
        if (carry >= 0) {
            renewal = 1 - kept / hidden;
        }
        return new MicroLayerHealth(renewal, without / ((double) hidden * rows), bound, Math.sqrt(gain / hidden));
    }
}
