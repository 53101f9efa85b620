package org.rhn4j.insight;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.Complex_F64;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.jspecify.annotations.Nullable;

/**
 * All eigenvalues of a real matrix, largest magnitude first.
 *
 * @param real real parts [n]
 * @param imaginary imaginary parts [n]
 */
public record Spectrum(double[] real, double[] imaginary) {
    /** Seconds that n eigenvalues take, divided by n³; 830 take 6. */
    private static final double SECONDS_PER_CUBE = 1e-8;

    /** The eigenvalues of a row-major matrix [n, n]; null if the QR iteration does not converge. */
    static @Nullable Spectrum of(float[] matrix, int n) {
        double[] copy = new double[n * n];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = matrix[i];
        }
        EigenDecomposition_F64<DMatrixRMaj> decomposition = DecompositionFactory_DDRM.eig(n, false);
        if (!decomposition.decompose(DMatrixRMaj.wrap(n, n, copy))) {
            return null;
        }
        Complex_F64[] values = IntStream.range(0, n)
                .mapToObj(decomposition::getEigenvalue)
                .sorted(Comparator.comparingDouble((Complex_F64 value) -> -value.getMagnitude())
                        .thenComparingDouble(value -> -value.real)
                        .thenComparingDouble(value -> -value.imaginary))
                .toArray(Complex_F64[]::new);
        double[] real = new double[n];
        double[] imaginary = new double[n];
        for (int i = 0; i < n; i++) {
            real[i] = values[i].real;
            imaginary[i] = values[i].imaginary;
        }
        return new Spectrum(real, imaginary);
    }

    /** About how long {@link #of} takes on one core. */
    static double expectedSeconds(int n) {
        return SECONDS_PER_CUBE * n * n * n;
    }

    /** How many there are. */
    public int size() {
        return real.length;
    }

    /** The magnitude of an eigenvalue. */
    public double magnitude(int index) {
        return Math.hypot(real[index], imaginary[index]);
    }

    /** The spectral radius: the largest magnitude. */
    public double radius() {
        return magnitude(0);
    }
}
