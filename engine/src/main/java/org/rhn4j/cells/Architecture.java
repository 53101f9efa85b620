package org.rhn4j.cells;

import java.util.Collections;
import java.util.List;
import org.rhn4j.numbers.UnitSlices;

/**
 * What a network computes: what enters at each step, the recurrent layers above one another, and what leaves. It says
 * all about a network but its weights and the windows that it runs on.
 *
 * @param input what enters
 * @param layers the recurrent layers, from the input up, at least one; cells and sizes may differ
 * @param head what leaves
 */
public record Architecture(Input input, List<Layer> layers, Head head) {
    /** Name of the table of the tokens [V,E] among the parameters. */
    public static final String EMBEDDING_WEIGHT = "embedding.weight";

    /** Name of the outputs' weights among the parameters, but where tokens are predicted. */
    public static final String OUTPUT_WEIGHT = "output.weight";

    /** Name of the outputs' biases among the parameters, but where tokens are predicted. */
    public static final String OUTPUT_BIAS = "output.bias";

    /** Name of the weights [O,D] by which values reach the outputs past the layers. */
    public static final String DIRECT_WEIGHT = "direct.weight";

    /** What enters at each step of each sequence. */
    public sealed interface Input {
        /** Numbers that enter the first layer. */
        int size();
    }

    /**
     * Tokens of a vocabulary, looked up in a table.
     *
     * @param vocabularySize V
     * @param embeddingSize E, numbers that stand for a token
     */
    public record Tokens(int vocabularySize, int embeddingSize) implements Input {
        public Tokens {
            requireSize(vocabularySize);
            requireSize(embeddingSize);
        }

        @Override
        public int size() {
            return embeddingSize;
        }
    }

    /**
     * Measured values, or what another network gave.
     *
     * @param size F, values at each step
     */
    public record Values(int size) implements Input {
        public Values {
            requireSize(size);
        }
    }

    /**
     * A recurrent layer.
     *
     * @param cell what a step computes
     * @param units H
     */
    public record Layer(Cell cell, int units) {
        public Layer {
            requireSize(units);
        }
    }

    /** What leaves, made of the last layer's states. */
    public sealed interface Head {}

    /**
     * A softmax over the vocabulary that enters: which token follows.
     *
     * @param tied whether its weights are the table of the tokens, which then is as wide as the last layer
     */
    public record NextToken(boolean tied) implements Head {}

    /**
     * A softmax over classes.
     *
     * @param classes C
     */
    public record Softmax(int classes) implements Head {
        public Softmax {
            requireSize(classes);
        }
    }

    /**
     * Linear outputs, held against a loss of the caller's.
     *
     * @param outputs O
     * @param directSize D, values that reach the outputs past the layers, by weights of their own; 0 for none
     */
    public record Linear(int outputs, int directSize) implements Head {
        public Linear {
            requireSize(outputs);
            requireSize(directSize + 1);
        }
    }

    /** The states themselves. */
    public record States() implements Head {}

    /**
     * @throws IllegalArgumentException if there is no layer, a tied table is not as wide as the last layer, or a softmax
     *     over the vocabulary that enters has none
     */
    public Architecture {
        layers = List.copyOf(layers);
        requireSize(layers.size());
        if (head instanceof NextToken next) {
            if (!(input instanceof Tokens)) {
                throw new IllegalArgumentException("the next token is predicted only where tokens enter");
            }
            if (next.tied && input.size() != layers.getLast().units) {
                throw new IllegalArgumentException("a tied embedding has the size of the state");
            }
        }
    }

    private static void requireSize(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("sizes of a network are at least 1");
        }
    }

    /**
     * A network that predicts the next token, all layers alike.
     *
     * @param embeddingSize E, equal to H when tied
     * @param units H of every layer
     * @param layers K ≥ 1
     */
    public static Architecture overTokens(
            Cell cell, int vocabularySize, int embeddingSize, int units, int layers, boolean tied) {
        return new Architecture(
                new Tokens(vocabularySize, embeddingSize), alike(cell, units, layers), new NextToken(tied));
    }

    /**
     * A network over measured values with linear outputs, all layers alike.
     *
     * @param inputSize F
     * @param units H of every layer
     * @param layers K ≥ 1
     * @param outputs O
     * @param directSize D, 0 for none
     */
    public static Architecture overValues(
            Cell cell, int inputSize, int units, int layers, int outputs, int directSize) {
        return new Architecture(new Values(inputSize), alike(cell, units, layers), new Linear(outputs, directSize));
    }

    /** K layers of one kind and size. */
    public static List<Layer> alike(Cell cell, int units, int layers) {
        requireSize(layers);
        return Collections.nCopies(layers, new Layer(cell, units));
    }

    /** A layer, counted from the input. */
    public Layer layer(int index) {
        return layers.get(index);
    }

    /** The last layer. */
    public Layer top() {
        return layers.getLast();
    }

    /** Size of what enters a layer. */
    public int inputSize(int layer) {
        return layer == 0 ? input.size() : layers.get(layer - 1).units;
    }

    /** Numbers that leave for each row: V, C or O; H where the states leave. */
    public int outputSize() {
        return switch (head) {
            case NextToken next -> ((Tokens) input).vocabularySize;
            case Softmax softmax -> softmax.classes;
            case Linear linear -> linear.outputs;
            case States states -> top().units;
        };
    }

    /** D, values that reach the outputs past the layers. */
    public int directSize() {
        return head instanceof Linear linear ? linear.directSize : 0;
    }

    /** Name of a layer's parameters up to their name within it. */
    public static String layerPrefix(int layer) {
        return "layers." + layer + ".";
    }

    /** The layer that a parameter belongs to; −1 for none. */
    public int layerOf(String parameter) {
        for (int k = 0; k < layers.size(); k++) {
            if (parameter.startsWith(layerPrefix(k))) {
                return k;
            }
        }
        return -1;
    }

    /** Adds the parameters, laid out for a number of threads. */
    void addTo(Parameters parameters, int threads) {
        UnitSlices outputs = UnitSlices.of(outputSize(), threads);
        if (input instanceof Tokens tokens) {
            parameters.addMatrix(
                    EMBEDDING_WEIGHT,
                    UnitSlices.of(tokens.vocabularySize, threads),
                    UnitSlices.of(tokens.embeddingSize, threads));
        }
        for (int k = 0; k < layers.size(); k++) {
            Layer layer = layers.get(k);
            RecurrentLayer.addParameters(parameters, layerPrefix(k), layer.cell, inputSize(k), layer.units, threads);
        }
        if (!(head instanceof States)) {
            if (!outputWeightName().equals(EMBEDDING_WEIGHT)) {
                parameters.addMatrix(outputWeightName(), outputs, UnitSlices.of(top().units, threads));
            }
            parameters.addVector(outputBiasName(), outputs);
        }
        if (directSize() > 0) {
            parameters.addMatrix(DIRECT_WEIGHT, outputs, UnitSlices.of(directSize(), threads));
        }
    }

    /** Name of the weights [{@link #outputSize}, H] by which the states become what leaves. */
    public String outputWeightName() {
        return switch (head) {
            case NextToken next -> next.tied ? EMBEDDING_WEIGHT : "decoder.weight";
            case Softmax softmax -> OUTPUT_WEIGHT;
            case Linear linear -> OUTPUT_WEIGHT;
            case States states -> throw new IllegalStateException("states leave this network without weights");
        };
    }

    /** Name of the biases [{@link #outputSize}] of what leaves. */
    public String outputBiasName() {
        return head instanceof NextToken ? "decoder.bias" : OUTPUT_BIAS;
    }
}
