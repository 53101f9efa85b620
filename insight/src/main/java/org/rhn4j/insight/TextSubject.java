package org.rhn4j.insight;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.insight.UnitActivity.Grouping;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.MemoryBudget;

/**
 * A network over tokens, and a text: parts of it are read side by side, each from a zero state, which a first window
 * brings to where it is typical. A place is the index of a token.
 *
 * @param ids the text
 * @param words the text of a token
 */
record TextSubject(Parameters parameters, Architecture architecture, int[] ids, IntFunction<String> words)
        implements Subject {
    /** Steps of a window beyond those that gradients are followed through. */
    private static final int STEPS_BEYOND_REACH = 28;

    private static final int LESION_WINDOW = 64;
    private static final int MOST_LESION_STREAMS = 32;

    @Override
    public LossUnit lossUnit() {
        return LossUnit.NATS_PER_TOKEN;
    }

    @Override
    public Cell cell() {
        return architecture.top().cell();
    }

    @Override
    public int layers() {
        return architecture.layers().size();
    }

    @Override
    public int hiddenSize() {
        return architecture.top().units();
    }

    @Override
    public int inputSize(int layer) {
        return architecture.inputSize(layer);
    }

    private int predictable() {
        return ids.length - 1;
    }

    @Override
    public RunShape activityShape(ExplainSettings settings, long rows) {
        int steps = Math.min(settings.reach() + STEPS_BEYOND_REACH, Math.max(2, predictable() / 2));
        long affordable = Math.max(1, rows / steps);
        int streams =
                (int) Math.min(Math.min(settings.streams(), affordable), Math.max(1, predictable() / (2 * steps)));
        return shape(steps, streams, settings.tokens());
    }

    @Override
    public RunShape lesionShape(int tokens) {
        int streams = Math.clamp(Math.min(predictable(), 2L * tokens) / (2 * LESION_WINDOW), 1, MOST_LESION_STREAMS);
        return shape(Math.min(LESION_WINDOW, predictable() / streams), streams, tokens);
    }

    private RunShape shape(int steps, int streams, int tokens) {
        int available = predictable() / streams / steps;
        int uncounted = available > 1 ? 1 : 0;
        int windows = Math.min(available, uncounted + Math.max(1, Math.ceilDiv(tokens, streams * steps)));
        return new RunShape(steps, streams, windows, uncounted);
    }

    @Override
    public NetworkRun open(Engine engine, RunShape shape) {
        return new Run(engine, shape);
    }

    @Override
    public int position(int place) {
        return place;
    }

    @Override
    public String text(int place) {
        return words.apply(ids[place]);
    }

    @Override
    public List<String> channels() {
        return List.of();
    }

    @Override
    public double value(int place, int channel) {
        throw new IllegalArgumentException("a text has no measured values");
    }

    @Override
    public List<PlaceGroups> groups() {
        return List.of(new PlaceGroups(Grouping.TOKEN, "", architecture.outputSize(), place -> ids[place], words));
    }

    private final class Run implements NetworkRun {
        private final RunShape shape;
        private final Network network;
        private final int partLength;
        private MatrixProducts.@Nullable Stored decoder;

        Run(Engine engine, RunShape shape) {
            this.shape = shape;
            partLength = predictable() / shape.streams();
            network = new Network(
                    engine, parameters, architecture, WindowShape.of(shape.steps(), shape.streams()), false);
            try {
                MemoryBudget.require(network.plannedBytes(), "Explaining this model", "close other programs");
                network.allocate();
            } catch (RuntimeException | Error e) {
                network.close();
                throw e;
            }
        }

        @Override
        public Network network() {
            return network;
        }

        @Override
        public Result window(int number) {
            if (number == 0) {
                network.clearStates();
            }
            int rows = shape.steps() * shape.streams();
            int[] places = new int[rows];
            int[] inputs = new int[rows];
            int[] targets = new int[rows];
            for (int row = 0; row < rows; row++) {
                int place = row % shape.streams() * partLength + number * shape.steps() + row / shape.streams();
                places[row] = place;
                inputs[row] = ids[place];
                targets[row] = ids[place + 1];
            }
            float[] losses = Arrays.copyOf(network.losses(Sequences.ofTokens(inputs), targets), rows);
            return new Result(
                    places, losses, number == 0, (products, top, chosen) -> gradients(products, top, chosen, targets));
        }

        /** The decoder's transpose times p − y. */
        private float[] gradients(MatrixProducts products, LayerTrace top, int[] rows, int[] targets) {
            MatrixProducts.Stored table = decoder;
            if (table == null) {
                table = products.store(
                        parameters.values(architecture.outputWeightName()),
                        architecture.outputSize(),
                        architecture.top().units());
                decoder = table;
            }
            float[] bias = parameters.values(architecture.outputBiasName());
            int words = table.rows();
            float[] states = top.statesAfter(rows);
            float[] logits = new float[rows.length * words];
            products.timesTransposed(states, rows.length, table, logits);
            products.rows(rows.length, (from, to) -> {
                for (int i = from; i < to; i++) {
                    softmax(logits, i * words, bias);
                    logits[i * words + targets[rows[i]]] -= 1;
                }
            });
            products.times(logits, rows.length, table, states);
            return states;
        }

        @Override
        public void close() {
            network.close();
        }
    }

    private static void softmax(float[] logits, int at, float[] bias) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int w = 0; w < bias.length; w++) {
            logits[at + w] += bias[w];
            largest = Math.max(largest, logits[at + w]);
        }
        double sum = 0;
        for (int w = 0; w < bias.length; w++) {
            double e = Math.exp(logits[at + w] - largest);
            logits[at + w] = (float) e;
            sum += e;
        }
        for (int w = 0; w < bias.length; w++) {
            logits[at + w] = (float) (logits[at + w] / sum);
        }
    }
}
