package org.rhn4j.insight;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.rhn4j.numbers.RandomSource;

/**
 * The largest singular value of a matrix: the most that one step can enlarge a perturbation.
 *
 * <p>Golub and Kahan's bidiagonalisation (1965) started from a random vector, with full reorthogonalisation, until the
 * value stands still: some twenty products with the matrix and its transpose instead of a decomposition.
 */
final class SingularValues {
    private static final int MOST_STEPS = 100;
    private static final double TOLERANCE = 1e-9;

    private SingularValues() {}

    /** The largest singular value of a row-major matrix [n, n], to six digits or better. */
    static double largest(float[] matrix, int n) {
        int most = Math.min(n, MOST_STEPS);
        double[][] left = new double[most][];
        double[][] right = new double[most][];
        double[] diagonal = new double[most];
        double[] above = new double[most];
        RandomSource random = new RandomSource(1);
        double[] v = new double[n];
        for (int i = 0; i < n; i++) {
            v[i] = random.uniformDouble(i) - 0.5;
        }
        double largest = 0;
        double scale = normalize(v);
        for (int k = 0; k < most && scale > 0; k++) {
            right[k] = v;
            double[] u = times(matrix, v);
            orthogonalize(u, left, k);
            diagonal[k] = normalize(u);
            left[k] = u;
            double before = largest;
            largest = ofBidiagonal(diagonal, above, k + 1);
            if (diagonal[k] <= TOLERANCE * largest || (k > 1 && largest - before <= TOLERANCE * largest)) {
                break;
            }
            v = timesTransposed(matrix, u);
            orthogonalize(v, right, k + 1);
            scale = normalize(v);
            above[k] = scale <= TOLERANCE * largest ? 0 : scale;
            scale = above[k];
        }
        return largest;
    }

    private static double ofBidiagonal(double[] diagonal, double[] above, int k) {
        DMatrixRMaj matrix = new DMatrixRMaj(k, k);
        for (int i = 0; i < k; i++) {
            matrix.set(i, i, diagonal[i]);
            if (i + 1 < k) {
                matrix.set(i, i + 1, above[i]);
            }
        }
        SingularValueDecomposition_F64<DMatrixRMaj> decomposition =
                DecompositionFactory_DDRM.svd(k, k, false, false, true);
        if (!decomposition.decompose(matrix)) {
            throw new ArithmeticException("the singular values of a small bidiagonal matrix did not converge");
        }
        return Arrays.stream(decomposition.getSingularValues()).max().orElse(0);
    }

    private static double[] times(float[] matrix, double[] v) {
        int n = v.length;
        double[] u = new double[n];
        for (int i = 0; i < n; i++) {
            double even = 0;
            double odd = 0;
            int at = i * n;
            int j = 0;
            for (; j + 1 < n; j += 2) {
                even += matrix[at + j] * v[j];
                odd += matrix[at + j + 1] * v[j + 1];
            }
            u[i] = even + odd + (j < n ? matrix[at + j] * v[j] : 0);
        }
        return u;
    }

    private static double[] timesTransposed(float[] matrix, double[] u) {
        int n = u.length;
        double[] v = new double[n];
        for (int i = 0; i < n; i++) {
            double factor = u[i];
            int at = i * n;
            for (int j = 0; j < n; j++) {
                v[j] += matrix[at + j] * factor;
            }
        }
        return v;
    }

    private static void orthogonalize(double[] v, double[][] basis, int count) {
        for (int pass = 0; pass < 2; pass++) {
            for (int k = 0; k < count; k++) {
                double product = 0;
                for (int i = 0; i < v.length; i++) {
                    product += v[i] * basis[k][i];
                }
                for (int i = 0; i < v.length; i++) {
                    v[i] -= product * basis[k][i];
                }
            }
        }
    }

    /** Scales to length 1; returns the length before, and leaves a vector of zeros as it is. */
    private static double normalize(double[] v) {
        double squares = 0;
        for (double x : v) {
            squares += x * x;
        }
        double length = Math.sqrt(squares);
        for (int i = 0; i < v.length && length > 0; i++) {
            v[i] /= length;
        }
        return length;
    }
}
