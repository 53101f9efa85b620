package org.rhn4j.insight;

import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.LayerState;
import org.rhn4j.numbers.Engine;

/**
 * The exact Jacobian of one time step of a layer, J[i, j] = ∂s_t[i] ⁄ ∂s_(t−1)[j], or of one of its micro-layers, in
 * f32 and without dropout.
 *
 * <p>A step is a chain of L micro-layers, so J = A_(L−1) ⋯ A_1 A_0. With the factors F_g = ∂s'/∂a_g of a micro-layer's
 * gates, by their recurrent products, and its carry c,
 * <pre>
 *   A = diag(c) + Σ_g diag(F_g) R_g
 * </pre>
 * which for a coupled highway is diag(1 − t) + diag(t ⊙ (1 − h²)) R_h + diag((h − s) ⊙ t ⊙ (1 − t)) R_t (Zilly et al.,
 * 2017, equation 12). A state with a memory is (h, c), 2H numbers; of an LSTM the step, with P = ∂h'/∂c', is
 * <pre>
 *   ∂c'/∂h = M = Σ_(g ∈ i,f,g) diag(F_g) R_g      ∂c'/∂c = diag(f)
 *   ∂h'/∂h = diag(F_o) R_o + diag(P) M            ∂h'/∂c = diag(P ⊙ f)
 * </pre>
 */
public final class StepJacobian {
    private final int size;
    private final float[] values;

    private StepJacobian(int size, float[] values) {
        this.size = size;
        this.values = values;
    }

    /**
     * The Jacobian of one step of one sequence.
     *
     * @param engine an engine with f32 products
     * @param cell the cell
     * @param parameters the values of each of the cell's parameters by its name within the layer, such as {@code
     *     recurrent.0.weight} [G·H, H], row-major
     * @param input what enters the step [I]
     * @param state the state before it, of one sequence of H units
     * @throws IllegalArgumentException if the engine's precision is not f32, or sizes do not fit
     */
    public static StepJacobian of(
            Engine engine, Cell cell, Function<String, float[]> parameters, float[] input, LayerState state) {
        if (state.batch() != 1) {
            throw new IllegalArgumentException("the Jacobian is that of one sequence, not " + state.batch());
        }
        try (MatrixProducts products = new MatrixProducts(engine)) {
            LayerWeights weights = LayerWeights.of(products, cell, input.length, state.units(), parameters);
            // with one step, what came out is not needed to compute it
            LayerTrace trace = LayerTrace.of(products, weights, input, new float[state.units()], state);
            return of(products, trace, 0);
        }
    }

    /** The Jacobian of the step of a row of a trace. */
    static StepJacobian of(MatrixProducts products, LayerTrace trace, int row) {
        StepJacobian jacobian = ofMicroLayer(products, trace, row, 0);
        LayerWeights weights = trace.weights();
        if (weights.depth() == 1) {
            return jacobian;
        }
        int size = jacobian.size;
        MatrixProducts.Stored before = products.store(jacobian.values, size, size);
        for (int l = 1; l < weights.depth(); l++) {
            if (l > 1) {
                before.set(jacobian.values);
            }
            StepJacobian micro = ofMicroLayer(products, trace, row, l);
            float[] product = new float[size * size];
            products.times(micro.values, size, before, product);
            jacobian = new StepJacobian(size, product);
        }
        return jacobian;
    }

    /** The Jacobian A_l of one micro-layer in the step of a row of a trace. */
    static StepJacobian ofMicroLayer(MatrixProducts products, LayerTrace trace, int row, int microLayer) {
        LayerWeights weights = trace.weights();
        int size = weights.stateSize();
        float[] a = new float[Math.multiplyExact(size, size)];
        int hidden = weights.hiddenSize();
        Cell cell = weights.cell();
        int factors = cell.factors();
        float[] f = Arrays.copyOfRange(trace.factors(microLayer), row * factors * hidden, (row + 1) * factors * hidden);
        MatrixProducts.Stored r = weights.recurrent()[microLayer];
        products.rows(hidden, (from, to) -> {
            float[] ofGate = new float[hidden];
            for (int i = from; i < to; i++) {
                if (cell.hasMemory()) {
                    rowsWithMemory(cell, i, f, r, ofGate, a);
                } else {
                    rowOf(cell, i, f, r, ofGate, a);
                }
            }
        });
        return new StepJacobian(size, a);
    }

    private static void rowOf(Cell cell, int i, float[] f, MatrixProducts.Stored r, float[] ofGate, float[] a) {
        int hidden = ofGate.length;
        for (int g = 0; g < cell.gates(); g++) {
            r.copyRow(g * hidden + i, ofGate);
            addScaled(a, i * hidden, f[cell.recurrentFactor(g) * hidden + i], ofGate);
        }
        if (cell.carries()) {
            a[i * hidden + i] += f[cell.carryFactor() * hidden + i];
        }
    }

    private static void rowsWithMemory(
            Cell cell, int i, float[] f, MatrixProducts.Stored r, float[] ofGate, float[] a) {
        int hidden = ofGate.length;
        int h = 2 * i * hidden;
        int c = 2 * (hidden + i) * hidden;
        float shown = f[cell.shownFactor() * hidden + i];
        for (int g = 0; g < cell.gates(); g++) {
            r.copyRow(g * hidden + i, ofGate);
            float factor = f[cell.recurrentFactor(g) * hidden + i];
            if (cell.shows(g)) {
                addScaled(a, h, factor, ofGate);
            } else {
                addScaled(a, c, factor, ofGate);
                addScaled(a, h, shown * factor, ofGate);
            }
        }
        if (cell.carries()) {
            float carry = f[cell.carryFactor() * hidden + i];
            a[c + hidden + i] = carry;
            a[h + hidden + i] = shown * carry;
        }
    }

    private static void addScaled(float[] target, int at, float scale, float[] source) {
        for (int j = 0; j < source.length; j++) {
            target[at + j] += scale * source[j];
        }
    }

    /** The number of rows and of columns: H, or 2H with a memory. */
    public int size() {
        return size;
    }

    /** J [size, size], row-major; a copy. */
    public float[] values() {
        return values.clone();
    }

    /** Its Geršgorin discs. */
    public GershgorinDiscs discs() {
        return GershgorinDiscs.of(values, size);
    }

    /** Its eigenvalues, about 3 seconds for 830; null if the QR iteration does not converge. */
    public @Nullable Spectrum spectrum() {
        return Spectrum.of(values, size);
    }

    /** Its largest singular value: the most by which a step can enlarge a perturbation, or a gradient. */
    public double largestSingularValue() {
        return SingularValues.largest(values, size);
    }
}
