package org.rhn4j.cells.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.rhn4j.golden.GoldenFile;

/** What the tests of the reference share: random tensors, comparison by the largest value, finite differences. */
final class ReferenceChecks {
    /** Allowed difference from PyTorch, relative to the tensor's largest value. */
    static final double GOLDEN_TOLERANCE = 1e-13;

    private static final double STEP = 1e-3;
    private static final double DIFFERENCE_TOLERANCE = 1e-6;

    private ReferenceChecks() {}

    /** Returns numbers uniform in ±scale. */
    static double[] uniform(SplittableRandom random, int length, double scale) {
        return random.doubles(length, -scale, scale).toArray();
    }

    /** Returns a mask of zeros and of 1 ÷ 0.6, with one of each at least where there is room. */
    static double[] mask(SplittableRandom random, int length) {
        double[] mask = random.doubles(length).map(u -> u < 0.6 ? 1 / 0.6 : 0).toArray();
        mask[0] = 1 / 0.6;
        mask[length - 1] = length > 1 ? 0 : 1 / 0.6;
        return mask;
    }

    static ReferenceMasks masks(SplittableRandom random, int batch, ReferenceCell cell) {
        ReferenceMasks masks = ReferenceMasks.none(batch, cell)
                .withInput(mask(random, batch * cell.inputSize()))
                .withState(mask(random, batch * cell.hiddenSize()));
        return cell instanceof ReferenceDeepTransition
                ? masks
                : masks.withUpdate(mask(random, batch * cell.hiddenSize()));
    }

    /** Fills all parameters with numbers uniform in ±scale. */
    static void randomize(Map<String, double[]> parameters, SplittableRandom random, double scale) {
        for (double[] values : parameters.values()) {
            System.arraycopy(uniform(random, values.length, scale), 0, values, 0, values.length);
        }
    }

    static double[][] randomState(SplittableRandom random, int batch, ReferenceCell cell) {
        double[][] state = cell.zeroState(batch);
        for (int part = 0; part < state.length; part++) {
            state[part] = uniform(random, state[part].length, 0.9);
        }
        return state;
    }

    /** Copies each parameter from the file's tensor of the name that follows {@code prefix}. */
    static void load(Map<String, double[]> parameters, GoldenFile golden, String prefix, String suffix) {
        parameters.forEach((name, values) -> {
            String shortName = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
            double[] source = golden.doubles(shortName + suffix);
            assertThat(source).as(name).hasSameSizeAs(values);
            System.arraycopy(source, 0, values, 0, values.length);
        });
    }

    /** Asserts that no element differs by more than {@code tolerance} times the largest expected one. */
    static void assertClose(String what, double[] actual, double[] expected, double tolerance) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double largest = largest(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i]))
                    .as("%s[%d]: %s against %s", what, i, actual[i], expected[i])
                    .isLessThanOrEqualTo(tolerance * largest);
        }
    }

    static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /** Returns Σ weights ⊙ values, a loss whose derivative by the values is the weights. */
    static double weightedSum(double[] weights, double[] values) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += weights[i] * values[i];
        }
        return sum;
    }

    /**
     * Asserts that {@code gradient} holds the derivatives of {@code loss} by each element of {@code values}, whose
     * content the loss reads. The error of each is relative to its own size, or to 1 % of the tensor's largest where it
     * is smaller.
     */
    static void assertDerivative(String what, double[] gradient, double[] values, DoubleSupplier loss) {
        assertThat(gradient).as(what).hasSameSizeAs(values);
        double floor = Math.max(0.01 * largest(gradient), 1e-6);
        for (int i = 0; i < values.length; i++) {
            double numeric = centralDifference(values, i, loss);
            double scale = Math.max(Math.max(Math.abs(gradient[i]), Math.abs(numeric)), floor);
            assertThat(Math.abs(gradient[i] - numeric) / scale)
                    .as("%s[%d]: gradient %s, finite difference %s", what, i, gradient[i], numeric)
                    .isLessThan(DIFFERENCE_TOLERANCE);
        }
    }

    /** Returns the derivative of {@code loss} by one element, from two central differences, exact to fourth order. */
    static double centralDifference(double[] values, int index, DoubleSupplier loss) {
        double near = difference(values, index, STEP, loss);
        double far = difference(values, index, 2 * STEP, loss);
        return (4 * near - far) / 3;
    }

    private static double difference(double[] values, int index, double step, DoubleSupplier loss) {
        double value = values[index];
        values[index] = value + step;
        double above = loss.getAsDouble();
        values[index] = value - step;
        double below = loss.getAsDouble();
        values[index] = value;
        return (above - below) / (2 * step);
    }

    /** Asserts all gradients of a cell by finite differences, with every mask that the cell knows. */
    static void assertGradients(ReferenceCell cell, int time, int batch, SplittableRandom random) {
        randomize(cell.parameters(), random, 0.8);
        double[] x = uniform(random, time * batch * cell.inputSize(), 1);
        double[][] state = randomState(random, batch, cell);
        ReferenceMasks masks = masks(random, batch, cell);
        double[] weights = uniform(random, time * batch * cell.hiddenSize(), 1);
        double[][] ofFinal = randomState(random, batch, cell);
        DoubleSupplier loss = () -> {
            ReferenceCell.Run run = cell.run(x, state, masks);
            double sum = weightedSum(weights, run.states());
            for (int part = 0; part < ofFinal.length; part++) {
                sum += weightedSum(ofFinal[part], run.finalState()[part]);
            }
            return sum;
        };

        ReferenceCell.Gradients gradients = cell.run(x, state, masks).backward(weights, ofFinal);

        assertThat(gradients.parameters()).containsOnlyKeys(cell.parameters().keySet());
        cell.parameters()
                .forEach((name, values) ->
                        assertDerivative(name, PlainLoops.tensor(gradients.parameters(), name), values, loss));
        assertDerivative("x", gradients.x(), x, loss);
        for (int part = 0; part < state.length; part++) {
            assertDerivative("state " + part, gradients.state()[part], state[part], loss);
        }
    }

    /** Asserts that a run equals its single steps, and two windows with the state carried between them. */
    static void assertRunsInWindows(ReferenceCell cell, SplittableRandom random) {
        int time = 5;
        int batch = 2;
        int inputs = batch * cell.inputSize();
        int units = batch * cell.hiddenSize();
        randomize(cell.parameters(), random, 0.8);
        double[] x = uniform(random, time * inputs, 1);
        double[][] state = randomState(random, batch, cell);
        ReferenceCell.Run whole = cell.run(x, state);
        double[][] stepped = state;
        for (int t = 0; t < time; t++) {
            stepped = cell.step(PlainLoops.row(x, t, inputs), stepped);
            assertThat(stepped[0]).as("step %d", t).isEqualTo(PlainLoops.row(whole.states(), t, units));
        }
        assertThat(stepped).isDeepEqualTo(whole.finalState());
        double[][] carried = cell.run(PlainLoops.row(x, 0, 2 * inputs), state).finalState();
        double[] rest = Arrays.copyOfRange(x, 2 * inputs, x.length);
        assertThat(cell.run(rest, carried).finalState()).isDeepEqualTo(whole.finalState());
    }

    /** Asserts that a sequence's states and input gradients do not depend on the other sequences of its batch. */
    static void assertSequencesIndependent(ReferenceCell cell, SplittableRandom random) {
        int time = 3;
        int batch = 3;
        int inputSize = cell.inputSize();
        int hiddenSize = cell.hiddenSize();
        randomize(cell.parameters(), random, 0.8);
        double[] x = uniform(random, time * batch * inputSize, 1);
        double[][] state = randomState(random, batch, cell);
        double[] weights = uniform(random, time * batch * hiddenSize, 1);
        ReferenceCell.Run together = cell.run(x, state);
        double[] gradX = together.backward(weights).x();
        for (int sequence = 0; sequence < batch; sequence++) {
            double[][] alone = new double[state.length][];
            for (int part = 0; part < state.length; part++) {
                alone[part] = PlainLoops.row(state[part], sequence, hiddenSize);
            }
            ReferenceCell.Run run = cell.run(sequence(x, sequence, batch, inputSize), alone);
            assertThat(run.states()).isEqualTo(sequence(together.states(), sequence, batch, hiddenSize));
            assertThat(run.backward(sequence(weights, sequence, batch, hiddenSize))
                            .x())
                    .isEqualTo(sequence(gradX, sequence, batch, inputSize));
        }
    }

    /** Returns [T, width] of one sequence out of [T, B, width]. */
    private static double[] sequence(double[] tensor, int sequence, int batch, int width) {
        double[] result = new double[tensor.length / batch];
        for (int t = 0; t < result.length / width; t++) {
            PlainLoops.setRow(result, t, PlainLoops.row(tensor, t * batch + sequence, width));
        }
        return result;
    }
}
