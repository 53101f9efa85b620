package org.rhn4j.tasks.forecast.simple;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/** Sums of the products of inputs, with a constant last, with one another and with outputs: all that a ridge regression needs. */
final class Moments {
    private final int size;
    private final int outputs;
    private final double[][] xx;
    private final double[][] xy;
    private int count;

    Moments(int inputs, int outputs) {
        size = inputs + 1;
        this.outputs = outputs;
        xx = new double[size][size];
        xy = new double[size][outputs];
    }

    int count() {
        return count;
    }

    void add(double[] x, double[] y) {
        count++;
        for (int d = 0; d < size; d++) {
            double factor = d < x.length ? x[d] : 1;
            if (factor != 0) {
                double[] row = xx[d];
                for (int e = d; e < size - 1; e++) {
                    row[e] += factor * x[e];
                }
                row[size - 1] += factor;
                double[] to = xy[d];
                for (int h = 0; h < outputs; h++) {
                    to[h] += factor * y[h];
                }
            }
        }
    }

    void add(Moments other) {
        count += other.count;
        for (int d = 0; d < size; d++) {
            for (int e = d; e < size; e++) {
                xx[d][e] += other.xx[d][e];
            }
            for (int h = 0; h < outputs; h++) {
                xy[d][h] += other.xy[d][h];
            }
        }
    }

    /**
     * Weights [outputs][inputs + 1], the constant last, which has no penalty; that of the others is a share of the inputs'
     * mean square.
     */
    double[][] solve(double strength) {
        double trace = 0;
        for (int d = 0; d < size - 1; d++) {
            trace += xx[d][d];
        }
        double penalty = strength * Math.max(trace / Math.max(1, size - 1), 1e-12);
        DMatrixRMaj matrix = new DMatrixRMaj(size, size);
        DMatrixRMaj targets = new DMatrixRMaj(size, outputs);
        for (int d = 0; d < size; d++) {
            for (int e = d; e < size; e++) {
                matrix.set(d, e, xx[d][e]);
                matrix.set(e, d, xx[d][e]);
            }
            matrix.add(d, d, d < size - 1 ? penalty : 1e-9 * count);
            System.arraycopy(xy[d], 0, targets.data, d * outputs, outputs);
        }
        double[][] weights = new double[outputs][size];
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(size);
        DMatrixRMaj solution = new DMatrixRMaj(size, outputs);
        if (solver.setA(matrix)) {
            solver.solve(targets, solution);
            for (int h = 0; h < outputs; h++) {
                for (int d = 0; d < size; d++) {
                    weights[h][d] = solution.get(d, h);
                }
            }
        }
        return weights;
    }
}
