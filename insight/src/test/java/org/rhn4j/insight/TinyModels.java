package org.rhn4j.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.LayerState;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.RecurrentHighway;
import org.rhn4j.cells.reference.ReferenceCell;
import org.rhn4j.cells.reference.ReferenceCells;
import org.rhn4j.cells.reference.ReferenceLanguageModel;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;

/** What the tests of analyses share: small cells and networks with random weights, beside the reference's. */
final class TinyModels {
    static final RecurrentHighway.Carry COUPLED = RecurrentHighway.Carry.COUPLED;
    static final RecurrentHighway.Carry FREE = RecurrentHighway.Carry.FREE;

    private TinyModels() {}

    static Engine engine(int threads) {
        return Engine.builder().precision(Precision.F32).threads(threads).build();
    }

    static ReferenceCell reference(Cell cell, int inputSize, int hiddenSize) {
        return ReferenceCells.of(cell, inputSize, hiddenSize);
    }

    static ReferenceLanguageModel reference(Architecture a) {
        List<ReferenceCell> layers = new ArrayList<>();
        for (int k = 0; k < a.layers().size(); k++) {
            layers.add(reference(
                    a.top().cell(),
                    k == 0 ? a.input().size() : a.top().units(),
                    a.top().units()));
        }
        return new ReferenceLanguageModel(
                a.outputSize(),
                a.input().size(),
                layers,
                a.head() instanceof Architecture.NextToken next && next.tied());
    }

    /** Sets numbers uniform in ±scale that are floats. */
    static void randomize(Map<String, double[]> parameters, SplittableRandom random, double scale) {
        for (double[] values : parameters.values()) {
            System.arraycopy(uniform(random, values.length, scale), 0, values, 0, values.length);
        }
    }

    /** Parameters with the reference's values. */
    static Parameters parameters(Architecture architecture, ReferenceLanguageModel reference, int threads) {
        Parameters parameters = Network.parameters(architecture, threads);
        parameters.allocate();
        reference.parameters().forEach((name, values) -> parameters.setValues(name, floats(values)));
        return parameters;
    }

    static Function<String, float[]> values(ReferenceCell cell) {
        return name -> floats(cell.parameters().get(name));
    }

    static LayerState state(double[][] parts, int batch, int units) {
        return new LayerState(floats(parts[0]), parts.length > 1 ? floats(parts[1]) : null, batch, units);
    }

    /** A trace of a window that the reference ran. */
    static LayerTrace trace(MatrixProducts products, Cell cell, ReferenceCell reference, double[] x, double[][] state) {
        int batch = reference.batchOf(state);
        LayerWeights weights =
                LayerWeights.of(products, cell, reference.inputSize(), reference.hiddenSize(), values(reference));
        float[] outputs = floats(reference.run(x, state).states());
        return LayerTrace.of(products, weights, floats(x), outputs, state(state, batch, reference.hiddenSize()));
    }

    static double[][] randomState(SplittableRandom random, ReferenceCell cell, int batch) {
        double[][] state = cell.zeroState(batch);
        for (double[] part : state) {
            System.arraycopy(uniform(random, part.length, 0.9), 0, part, 0, part.length);
        }
        return state;
    }

    static double[] uniform(SplittableRandom random, int length, double scale) {
        return doubles(floats(random.doubles(length, -scale, scale).toArray()));
    }

    static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }

    static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    /** Asserts that no element differs by more than {@code tolerance} times the largest expected one. */
    static void assertClose(String what, double[] actual, double[] expected, double tolerance) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i]))
                    .as("%s[%d]: %s against %s", what, i, actual[i], expected[i])
                    .isLessThanOrEqualTo(tolerance * largest);
        }
    }
}
