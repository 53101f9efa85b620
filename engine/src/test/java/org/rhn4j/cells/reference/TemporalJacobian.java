package org.rhn4j.cells.reference;

/**
 * The exact temporal Jacobian J = ∂s_t ⁄ ∂s_(t−1) of one sequence, without dropout, J[i, j] = ∂s_t[i] ⁄ ∂s_(t−1)[j],
 * and the discs that hold its eigenvalues.
 *
 * <p>A time step is a chain of L micro-layers, so J = A_(L−1) ⋯ A_1 A_0. For a highway micro-layer with h, t and c, and
 * s the state that enters it (the coupled form is that of Zilly et al., 2017),
 *
 * <pre>
 *   coupled:  A = diag(1 − t) + diag(t ⊙ (1 − h²)) R_h + diag((h − s) ⊙ t ⊙ (1 − t)) R_t
 *   free:     A = diag(c) + diag(t ⊙ (1 − h²)) R_h + diag(h ⊙ t ⊙ (1 − t)) R_t + diag(s ⊙ c ⊙ (1 − c)) R_c
 * </pre>
 *
 * and for a plain micro-layer that turns s into s', A = diag(1 − s'²) R.
 *
 * <p>Geršgorin: every eigenvalue lies in one of the discs around J[i, i] of radius Σ_(j≠i) |J[i, j]|, and in one of
 * those of radius Σ_(j≠i) |J[j, i]|.
 */
public final class TemporalJacobian {
    private final int size;
    private final double[] values;

    private TemporalJacobian(int size, double[] values) {
        this.size = size;
        this.values = values;
    }

    /**
     * Returns the Jacobian of one step of a highway cell.
     *
     * @param x the step's input [I]
     * @param s the state before the step [H]
     */
    public static TemporalJacobian of(ReferenceRecurrentHighway cell, double[] x, double[] s) {
        requireShape(cell, x, s);
        int size = cell.hiddenSize();
        double[] ones = ReferenceMasks.ones(size);
        double[] state = s;
        double[] jacobian = identity(size);
        for (int l = 0; l < cell.depth(); l++) {
            ReferenceRecurrentHighway.MicroLayer micro = cell.microLayer(l, x, state, ones, ones);
            jacobian = product(microJacobian(micro, cell.r(l), cell.carry()), jacobian, size);
            state = micro.next();
        }
        return new TemporalJacobian(size, jacobian);
    }

    /**
     * Returns the Jacobian of one step of a deep-transition cell.
     *
     * @param x the step's input [I]
     * @param s the state before the step [H]
     */
    public static TemporalJacobian of(ReferenceDeepTransition cell, double[] x, double[] s) {
        requireShape(cell, x, s);
        int size = cell.hiddenSize();
        double[] ones = ReferenceMasks.ones(size);
        double[] state = s;
        double[] jacobian = identity(size);
        for (int l = 0; l < cell.depth(); l++) {
            state = cell.microLayer(l, x, state, ones);
            double[] r = cell.r(l);
            double[] a = new double[size * size];
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    a[i * size + j] = (1 - state[i] * state[i]) * r[i * size + j];
                }
            }
            jacobian = product(a, jacobian, size);
        }
        return new TemporalJacobian(size, jacobian);
    }

    /** Returns A [H, H] of one highway micro-layer with recurrent weights r [G·H, H]. */
    private static double[] microJacobian(
            ReferenceRecurrentHighway.MicroLayer micro, double[] r, ReferenceRecurrentHighway.Carry carry) {
        int size = micro.s().length;
        double[] a = new double[size * size];
        for (int i = 0; i < size; i++) {
            double s = micro.s()[i];
            double h = micro.h()[i];
            double t = micro.t()[i];
            double c = micro.c()[i];
            for (int j = 0; j < size; j++) {
                double rH = r[i * size + j];
                double rT = r[(size + i) * size + j];
                double sum = t * (1 - h * h) * rH;
                if (carry == ReferenceRecurrentHighway.Carry.COUPLED) {
                    sum += (h - s) * t * (1 - t) * rT;
                } else {
                    double rC = r[(2 * size + i) * size + j];
                    sum += h * t * (1 - t) * rT + s * c * (1 - c) * rC;
                }
                a[i * size + j] = sum;
            }
            a[i * size + i] += c;
        }
        return a;
    }

    /** Returns H, the number of rows and of columns. */
    public int size() {
        return size;
    }

    /** Returns a copy of J [H, H], row-major. */
    public double[] values() {
        return values.clone();
    }

    /** Returns the centres of the discs, J[i, i], [H]. */
    public double[] gershgorinCenters() {
        double[] centers = new double[size];
        for (int i = 0; i < size; i++) {
            centers[i] = values[i * size + i];
        }
        return centers;
    }

    /** Returns the radii of the discs by rows [H]. */
    public double[] gershgorinRowRadii() {
        double[] radii = new double[size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                radii[i] += i == j ? 0 : Math.abs(values[i * size + j]);
            }
        }
        return radii;
    }

    /** Returns the radii of the discs by columns [H]. */
    public double[] gershgorinColumnRadii() {
        double[] radii = new double[size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                radii[i] += i == j ? 0 : Math.abs(values[j * size + i]);
            }
        }
        return radii;
    }

    private static void requireShape(ReferenceCell cell, double[] x, double[] s) {
        PlainLoops.requireLength("x", x, cell.inputSize(), "[I]");
        PlainLoops.requireLength("s", s, cell.hiddenSize(), "[H]");
    }

    private static double[] identity(int size) {
        double[] identity = new double[size * size];
        for (int i = 0; i < size; i++) {
            identity[i * size + i] = 1;
        }
        return identity;
    }

    /** Returns A B, both [size, size]. */
    private static double[] product(double[] a, double[] b, int size) {
        double[] product = new double[size * size];
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < size; k++) {
                for (int j = 0; j < size; j++) {
                    product[i * size + j] += a[i * size + k] * b[k * size + j];
                }
            }
        }
        return product;
    }
}
