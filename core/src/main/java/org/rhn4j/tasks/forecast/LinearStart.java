package org.rhn4j.tasks.forecast;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.SequenceNetwork;

/**
 * First weights of the autoregression: ridge regression of the scaled rows to forecast on the direct inputs, over
 * windows of the training part. Its strength is chosen on the last fifth of them. What training adds is what a linear
 * model cannot know.
 *
 * <p>Fitted in closed form, the linear part is no worse than a linear model alone, whatever the rate and the epochs.
 */
final class LinearStart {
    private static final double[] STRENGTHS = {1e-3, 1e-2, 1e-1, 1, 10, 100};
    private static final double MOST_OPERATIONS = 6e9;
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
        Sample sample = new Sample();
        double[][] weights = inputs > 0 && sample.count >= FEWEST_WINDOWS && isAffordable(sample.count)
                ? sample.regression()
                : new double[horizon][inputs + 1];
        ForecastHead head = ForecastHead.of(configuration.head(), configuration.quantiles());
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
        parameters.setValues(SequenceNetwork.OUTPUT_BIAS, biases);
    }

    private boolean isAffordable(int count) {
        return (double) inputs * inputs * (count + inputs) < MOST_OPERATIONS
                && ForecastHead.of(configuration.head(), configuration.quantiles())
                        .isLocation(0);
    }

    /** Windows at equal distances over all of the training part, as rows of a regression. */
    private final class Sample {
        final int count;
        final double[][] x;
        final double[][] y;

        Sample() {
            double affordable = MOST_OPERATIONS / 2 / Math.max(1, (double) inputs * inputs);
            int most = (int) Math.clamp(affordable, FEWEST_WINDOWS, MOST_WINDOWS);
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
            int[] whole = java.util.stream.IntStream.range(0, count)
                    .filter(i -> Arrays.stream(y[i]).noneMatch(Double::isNaN))
                    .toArray();
            if (whole.length < FEWEST_WINDOWS) {
                return new double[horizon][inputs + 1];
            }
            // windows are ordered by series, then time: every fifth stretch of them is held out
            int block = Math.max(1, whole.length / 25);
            int[] fitted = Arrays.stream(java.util.stream.IntStream.range(0, whole.length)
                            .filter(i -> i / block % 5 != 4)
                            .toArray())
                    .map(i -> whole[i])
                    .toArray();
            int[] held = Arrays.stream(java.util.stream.IntStream.range(0, whole.length)
                            .filter(i -> i / block % 5 == 4)
                            .toArray())
                    .map(i -> whole[i])
                    .toArray();
            double strength = held.length == 0 ? STRENGTHS[STRENGTHS.length - 1] : best(fitted, held);
            return solve(new Moments(whole), strength);
        }

        private double best(int[] fitted, int[] held) {
            Moments moments = new Moments(fitted);
            double best = STRENGTHS[0];
            double least = Double.POSITIVE_INFINITY;
            for (double strength : STRENGTHS) {
                double[][] weights = solve(moments, strength);
                double error = 0;
                for (int i : held) {
                    for (int h = 0; h < horizon; h++) {
                        double predicted = 0;
                        for (int d = 0; d <= inputs; d++) {
                            predicted += weights[h][d] * x[i][d];
                        }
                        error += (y[i][h] - predicted) * (y[i][h] - predicted);
                    }
                }
                if (error < least) {
                    least = error;
                    best = strength;
                }
            }
            return best;
        }

        /** XᵀX and XᵀY. */
        private final class Moments {
            final DMatrixRMaj xx = new DMatrixRMaj(inputs + 1, inputs + 1);
            final DMatrixRMaj xy = new DMatrixRMaj(inputs + 1, horizon);
            final int count;

            Moments(int[] rows) {
                count = rows.length;
                DMatrixRMaj of = new DMatrixRMaj(rows.length, inputs + 1);
                DMatrixRMaj to = new DMatrixRMaj(rows.length, horizon);
                for (int i = 0; i < rows.length; i++) {
                    System.arraycopy(x[rows[i]], 0, of.data, i * (inputs + 1), inputs + 1);
                    System.arraycopy(y[rows[i]], 0, to.data, i * horizon, horizon);
                }
                CommonOps_DDRM.multInner(of, xx);
                CommonOps_DDRM.multTransA(of, to, xy);
            }
        }

        private double[][] solve(Moments moments, double strength) {
            DMatrixRMaj matrix = moments.xx.copy();
            double penalty = strength * moments.count / 100;
            for (int d = 0; d < inputs; d++) {
                matrix.add(d, d, penalty);
            }
            matrix.add(inputs, inputs, 1e-9 * moments.count);
            DMatrixRMaj solution = new DMatrixRMaj(inputs + 1, horizon);
            LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(inputs + 1);
            double[][] weights = new double[horizon][inputs + 1];
            if (!solver.setA(matrix)) {
                return weights;
            }
            solver.solve(moments.xy, solution);
            for (int h = 0; h < horizon; h++) {
                for (int d = 0; d <= inputs; d++) {
                    weights[h][d] = solution.get(d, h);
                }
            }
            return weights;
        }
    }
}
