package org.rhn4j.tasks.forecast;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Parameters;

/**
 * First weights of the autoregression: ridge regression of the scaled rows to forecast on the direct inputs, over
 * windows of the training part. Its strength is chosen on the last fifth of them. What training adds is what a linear
 * model cannot know.
 *
 * <p>Fitted in closed form, the linear part is no worse than a linear model alone, whatever the rate and the epochs.
 */
final class LinearStart {
    private static final double[] STRENGTHS = {1e-3, 1e-2, 1e-1, 1, 10, 100};
    private static final double MOST_OPERATIONS = 2e9;
    private static final int FEWEST_WINDOWS = 8;
    private static final int MOST_WINDOWS = 20_000;
    private static final double LARGEST_TARGET = 20;
    private static final String DIRECT = "direct.weight";
    private static final String OUTPUT = "output.weight";

    private final ForecastConfiguration configuration;
    private final TrainingWindows windows;
    private final int inputs;
    private final int horizon;

    LinearStart(ForecastConfiguration configuration, TrainingWindows windows) {
        this.configuration = configuration;
        this.windows = windows;
        inputs = configuration.directSize();
        horizon = configuration.horizon();
    }

    /** Sets direct weights and biases, and makes the recurrent layers' part of the outputs small. */
    void set(Parameters parameters) {
        float[] recurrent = parameters.values(OUTPUT);
        for (int i = 0; i < recurrent.length; i++) {
            recurrent[i] *= 0.1f;
        }
        parameters.setValues(OUTPUT, recurrent);
        ForecastHead head = ForecastHead.of(configuration.head(), configuration.quantiles());
        Sample sample = new Sample();
        // with too few windows for as many inputs a regression would say nothing
        boolean enough = sample.count >= FEWEST_WINDOWS && 2 * sample.count > inputs;
        double[][] weights =
                inputs > 0 && enough && head.isLocation(0) ? sample.regression() : new double[horizon][inputs + 1];
        int outputs = head.outputs();
        float[] direct = new float[horizon * outputs * inputs];
        float[] biases = new float[horizon * outputs];
        for (int h = 0; h < horizon; h++) {
            double[] errors = sample.errors(h, weights[h]);
            if (errors.length > 0) {
                head.start(errors, biases, h * outputs);
            }
            for (int k = 0; k < outputs; k++) {
                if (head.isLocation(k)) {
                    for (int d = 0; d < inputs; d++) {
                        direct[(h * outputs + k) * inputs + d] = (float) weights[h][d];
                    }
                    biases[h * outputs + k] += (float) weights[h][inputs];
                }
            }
        }
        if (inputs > 0) {
            parameters.setValues(DIRECT, direct);
        }
        parameters.setValues(Architecture.OUTPUT_BIAS, biases);
    }

    /** Multiplications for each window. */
    private double cost() {
        return (inputs + 1.0) * (inputs / 2.0 + 2.0 * horizon);
    }

    /** Windows at equal distances over all of the training part, as rows of a regression. */
    private final class Sample {
        final int count;
        final double[][] x;
        final double[][] y;

        Sample() {
            int most = (int) Math.clamp(MOST_OPERATIONS / cost(), FEWEST_WINDOWS, MOST_WINDOWS);
            int wanted = (int) Math.min(windows.count(), most);
            x = new double[wanted][];
            y = new double[wanted][];
            WindowEncoder encoder = new WindowEncoder(configuration);
            float[] values = new float[configuration.steps() * configuration.inputSize()];
            float[] direct = new float[inputs];
            int kept = 0;
            for (int i = 0; i < wanted; i++) {
                TrainingWindows.Place place = windows.at(windows.count() * i / wanted);
                WindowScaling.Fitted scaling = encoder.encode(
                        windows.features(place.series()),
                        place.origin(),
                        configuration.context(),
                        0,
                        1,
                        values,
                        direct);
                double[] row = new double[inputs + 1];
                for (int d = 0; d < inputs; d++) {
                    row[d] = direct[d];
                }
                row[inputs] = 1;
                double[] targets = new double[horizon];
                for (int h = 0; h < horizon; h++) {
                    targets[h] = Math.clamp(scaling.apply(windows.truth(place, h)), -LARGEST_TARGET, LARGEST_TARGET);
                }
                x[kept] = row;
                y[kept] = targets;
                kept++;
            }
            count = kept;
        }

        /** Errors of a step, ascending, over the windows where the value is there. */
        double[] errors(int h, double[] weights) {
            double[] errors = new double[count];
            int n = 0;
            for (int i = 0; i < count; i++) {
                if (!Double.isNaN(y[i][h])) {
                    double predicted = 0;
                    for (int d = 0; d <= inputs; d++) {
                        predicted += weights[d] * x[i][d];
                    }
                    errors[n++] = y[i][h] - predicted;
                }
            }
            double[] there = Arrays.copyOf(errors, n);
            Arrays.sort(there);
            return there;
        }

        /** Weights [H][D + 1], the last of each the constant. Windows with missing targets do not take part. */
        double[][] regression() {
            int[] whole = IntStream.range(0, count)
                    .filter(i -> Arrays.stream(y[i]).noneMatch(Double::isNaN))
                    .toArray();
            if (whole.length < FEWEST_WINDOWS) {
                return new double[horizon][inputs + 1];
            }
            // windows are ordered by series, then time: every fifth stretch of them is held out
            int block = Math.max(1, whole.length / 25);
            Moments fitted = new Moments();
            Moments held = new Moments();
            for (int i = 0; i < whole.length; i++) {
                (i / block % 5 == 4 ? held : fitted).add(x[whole[i]], y[whole[i]]);
            }
            double best = STRENGTHS[STRENGTHS.length - 1];
            double least = Double.POSITIVE_INFINITY;
            for (double strength : STRENGTHS) {
                double error = held.error(fitted.solve(strength));
                if (error < least) {
                    least = error;
                    best = strength;
                }
            }
            fitted.add(held);
            return fitted.solve(best);
        }
    }

    /** Sums of the products of inputs with one another, upper half, and with targets. */
    private final class Moments {
        private final int size = inputs + 1;
        private final double[][] xx = new double[size][size];
        private final double[][] xy = new double[size][horizon];
        private int count;

        void add(double[] x, double[] y) {
            count++;
            for (int d = 0; d < size; d++) {
                double factor = x[d];
                if (factor != 0) {
                    addScaled(xx[d], factor, x, d);
                    addScaled(xy[d], factor, y, 0);
                }
            }
        }

        void add(Moments other) {
            count += other.count;
            for (int d = 0; d < size; d++) {
                addScaled(xx[d], 1, other.xx[d], d);
                addScaled(xy[d], 1, other.xy[d], 0);
            }
        }

        private static void addScaled(double[] sums, double factor, double[] values, int from) {
            for (int i = from; i < values.length; i++) {
                sums[i] += factor * values[i];
            }
        }

        /** The squared error of weights over the windows added, up to what does not depend on the weights. */
        double error(double[][] weights) {
            double error = 0;
            double[] product = new double[size];
            for (int h = 0; h < horizon; h++) {
                double[] w = weights[h];
                for (int d = 0; d < size; d++) {
                    double sum = xx[d][d] * w[d];
                    for (int e = d + 1; e < size; e++) {
                        sum += 2 * xx[d][e] * w[e];
                    }
                    product[d] = sum - 2 * xy[d][h];
                }
                for (int d = 0; d < size; d++) {
                    error += w[d] * product[d];
                }
            }
            return error;
        }

        /** Weights [H][D + 1] under a penalty; the constant has none. Zeros where there is no solution. */
        double[][] solve(double strength) {
            DMatrixRMaj matrix = new DMatrixRMaj(size, size);
            DMatrixRMaj targets = new DMatrixRMaj(size, horizon);
            for (int d = 0; d < size; d++) {
                for (int e = d; e < size; e++) {
                    matrix.set(d, e, xx[d][e]);
                    matrix.set(e, d, xx[d][e]);
                }
                matrix.add(d, d, (d < inputs ? strength / 100 : 1e-9) * count);
                System.arraycopy(xy[d], 0, targets.data, d * horizon, horizon);
            }
            double[][] weights = new double[horizon][size];
            LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(size);
            DMatrixRMaj solution = new DMatrixRMaj(size, horizon);
            if (solver.setA(matrix)) {
                solver.solve(targets, solution);
                for (int h = 0; h < horizon; h++) {
                    for (int d = 0; d < size; d++) {
                        weights[h][d] = solution.get(d, h);
                    }
                }
            }
            return weights;
        }
    }
}
