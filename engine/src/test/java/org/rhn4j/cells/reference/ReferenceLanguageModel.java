package org.rhn4j.cells.reference;

import static org.rhn4j.cells.reference.PlainLoops.add;
import static org.rhn4j.cells.reference.PlainLoops.addOuterProduct;
import static org.rhn4j.cells.reference.PlainLoops.addProduct;
import static org.rhn4j.cells.reference.PlainLoops.row;
import static org.rhn4j.cells.reference.PlainLoops.setRow;
import static org.rhn4j.cells.reference.PlainLoops.times;
import static org.rhn4j.cells.reference.PlainLoops.transposedProduct;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A recurrent language model: embedding, stacked recurrent layers, decoder, softmax.
 *
 * <pre>
 *   x_t = words[token_t] · embedding[token_t]
 *   s⁰_t, s¹_t, …: the layers; each applies its own m_x to the states of the one below
 *   z_t = D (m_o ⊙ s_t) + d              D the embedding itself when tied
 *   loss_t = −log softmax(z_t)[token_(t+1)]
 * </pre>
 *
 * The loss, in nats, is summed over the window's time steps and averaged over its sequences.
 *
 * <p>The parameters are {@code embedding.weight} [V, E], {@code layers.{k}.} and the cell's own name, {@code
 * decoder.weight} [V, H] unless tied, and {@code decoder.bias} [V].
 */
public final class ReferenceLanguageModel {
    private final int vocabularySize;
    private final int embeddingSize;
    private final List<ReferenceCell> layers;
    private final boolean tied;
    private final double[] embedding;
    private final double[] decoder;
    private final double[] decoderBias;
    private final Map<String, double[]> parameters;

    /**
     * Makes a model around the given layers, bottom first. Its embedding and decoder are zero.
     *
     * @param tied whether the decoder's weight is the embedding, which then must be as wide as the top layer
     */
    public ReferenceLanguageModel(int vocabularySize, int embeddingSize, List<ReferenceCell> layers, boolean tied) {
        this.vocabularySize = vocabularySize;
        this.embeddingSize = embeddingSize;
        this.layers = List.copyOf(layers);
        this.tied = tied;
        if (this.layers.isEmpty()) {
            throw new IllegalArgumentException("a language model needs a recurrent layer");
        }
        int width = embeddingSize;
        for (ReferenceCell layer : this.layers) {
            if (layer.inputSize() != width) {
                throw new IllegalArgumentException(
                        "a layer of input size %d meets an input of size %d".formatted(layer.inputSize(), width));
            }
            width = layer.hiddenSize();
        }
        if (tied && width != embeddingSize) {
            throw new IllegalArgumentException(
                    "tied embeddings of size %d need a top layer as wide, not %d".formatted(embeddingSize, width));
        }
        this.embedding = new double[vocabularySize * embeddingSize];
        this.decoder = tied ? embedding : new double[vocabularySize * width];
        this.decoderBias = new double[vocabularySize];
        this.parameters = Collections.unmodifiableMap(named(embedding, cellParameters(), decoder, decoderBias));
    }

    private List<Map<String, double[]>> cellParameters() {
        return layers.stream().map(ReferenceCell::parameters).toList();
    }

    /** Puts tensors under the parameters' names, whether they are the parameters or their gradients. */
    private Map<String, double[]> named(
            double[] embedding, List<Map<String, double[]>> cells, double[] decoder, double[] decoderBias) {
        Map<String, double[]> named = new LinkedHashMap<>();
        named.put("embedding.weight", embedding);
        for (int k = 0; k < cells.size(); k++) {
            for (Map.Entry<String, double[]> entry : cells.get(k).entrySet()) {
                named.put("layers." + k + "." + entry.getKey(), entry.getValue());
            }
        }
        if (!tied) {
            named.put("decoder.weight", decoder);
        }
        named.put("decoder.bias", decoderBias);
        return named;
    }

    public int vocabularySize() {
        return vocabularySize;
    }

    public int embeddingSize() {
        return embeddingSize;
    }

    public List<ReferenceCell> layers() {
        return layers;
    }

    public boolean tied() {
        return tied;
    }

    /** Returns the parameters by name. The arrays are the model's own: write to them to set it. */
    public Map<String, double[]> parameters() {
        return parameters;
    }

    /** Returns states of zeros for {@code batch} sequences, one state for each layer. */
    public List<double[][]> zeroStates(int batch) {
        return layers.stream().map(layer -> layer.zeroState(batch)).toList();
    }

    private int topSize() {
        return layers.getLast().hiddenSize();
    }

    /**
     * The dropout masks of a window, with the same factor at all of its time steps.
     *
     * @param words [B, V], the factor of each word type in each sequence, on its embedding where it is read
     * @param layers the masks of each layer, bottom first
     * @param output m_o [B, H], on the top layer's state where the decoder reads it
     */
    public record Masks(double[] words, List<ReferenceMasks> layers, double[] output) {

        /** Returns masks of ones, which drop nothing. */
        public static Masks none(int batch, ReferenceLanguageModel model) {
            List<ReferenceMasks> layers = new ArrayList<>();
            for (ReferenceCell layer : model.layers) {
                layers.add(ReferenceMasks.none(batch, layer));
            }
            return new Masks(
                    ReferenceMasks.ones(batch * model.vocabularySize),
                    layers,
                    ReferenceMasks.ones(batch * model.topSize()));
        }

        private void requireShape(int batch, ReferenceLanguageModel model) {
            PlainLoops.requireLength("word mask", words, batch * model.vocabularySize, "[B, V]");
            PlainLoops.requireLength("output mask", output, batch * model.topSize(), "[B, H]");
        }
    }

    /** Runs without dropout. */
    public Run run(int[] tokens, List<double[][]> states) {
        return run(tokens, states, Masks.none(batchOf(states), this));
    }

    /**
     * Runs the model over a window.
     *
     * @param tokens [T + 1, B]: the first T rows are read, the last T are predicted
     * @param states the initial state of each layer, left unchanged
     */
    public Run run(int[] tokens, List<double[][]> states, Masks masks) {
        int batch = batchOf(states);
        int time = PlainLoops.count("tokens", tokens.length, batch, "B") - 1;
        masks.requireShape(batch, this);
        double[] x = new double[time * batch * embeddingSize];
        for (int position = 0; position < time * batch; position++) {
            double keep = masks.words()[(position % batch) * vocabularySize + tokens[position]];
            for (int j = 0; j < embeddingSize; j++) {
                x[position * embeddingSize + j] = keep * embedding[tokens[position] * embeddingSize + j];
            }
        }
        List<ReferenceCell.Run> runs = new ArrayList<>();
        for (int k = 0; k < layers.size(); k++) {
            ReferenceCell.Run run =
                    layers.get(k).run(x, states.get(k), masks.layers().get(k));
            runs.add(run);
            x = run.states();
        }
        double[] logProbabilities = new double[time * batch * vocabularySize];
        for (int position = 0; position < time * batch; position++) {
            double[] z = decoderBias.clone();
            addProduct(decoder, dropped(x, position, batch, masks), z);
            setRow(logProbabilities, position, logSoftmax(z));
        }
        return new Run(tokens.clone(), batch, masks, runs, x, logProbabilities);
    }

    /**
     * Returns the mean loss in nats over all tokens of a text but the first: one stream, the state zero at its start,
     * no dropout. Perplexity is its exponential.
     */
    public double meanLoss(int[] text) {
        return run(text, zeroStates(1)).meanLoss();
    }

    private int batchOf(List<double[][]> states) {
        if (states.size() != layers.size()) {
            throw new IllegalArgumentException("%d states for %d layers".formatted(states.size(), layers.size()));
        }
        return layers.getFirst().batchOf(states.getFirst());
    }

    /** Returns m_o ⊙ s at one position [H]. */
    private double[] dropped(double[] top, int position, int batch, Masks masks) {
        return times(row(masks.output(), position % batch, topSize()), row(top, position, topSize()));
    }

    private static double[] logSoftmax(double[] z) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double value : z) {
            largest = Math.max(largest, value);
        }
        double sum = 0;
        for (double value : z) {
            sum += Math.exp(value - largest);
        }
        double[] result = new double[z.length];
        for (int v = 0; v < z.length; v++) {
            result[v] = z[v] - largest - Math.log(sum);
        }
        return result;
    }

    /**
     * Gradients of the loss.
     *
     * @param parameters by parameter name, in the parameters' shapes
     * @param states by the initial state of each layer
     */
    public record Gradients(Map<String, double[]> parameters, List<double[][]> states) {}

    /** What a run computed, and what its backward pass needs. Valid until the parameters change. */
    public final class Run {
        private final int[] tokens;
        private final int batch;
        private final Masks masks;
        private final List<ReferenceCell.Run> runs;
        private final double[] top;
        private final double[] logProbabilities;

        private Run(
                int[] tokens,
                int batch,
                Masks masks,
                List<ReferenceCell.Run> runs,
                double[] top,
                double[] logProbabilities) {
            this.tokens = tokens;
            this.batch = batch;
            this.masks = masks;
            this.runs = List.copyOf(runs);
            this.top = top;
            this.logProbabilities = logProbabilities;
        }

        private int positions() {
            return tokens.length - batch;
        }

        /** Returns the loss at each time step of each sequence [T, B], in nats. */
        public double[] losses() {
            double[] losses = new double[positions()];
            for (int position = 0; position < losses.length; position++) {
                losses[position] = -logProbabilities[position * vocabularySize + tokens[position + batch]];
            }
            return losses;
        }

        /** Returns the loss in nats, summed over time and averaged over the sequences. */
        public double loss() {
            double sum = 0;
            for (double loss : losses()) {
                sum += loss;
            }
            return sum / batch;
        }

        /** Returns the mean loss in nats for each predicted token. */
        public double meanLoss() {
            return loss() * batch / positions();
        }

        /** Returns the log-probability of every token at each time step of each sequence [T, B, V]. */
        public double[] logProbabilities() {
            return logProbabilities;
        }

        /** Returns each layer's states [T, B, H], bottom first. */
        public List<double[]> states() {
            return runs.stream().map(ReferenceCell.Run::states).toList();
        }

        /** Returns each layer's state after the last time step, where the next window starts. */
        public List<double[][]> finalStates() {
            return runs.stream().map(ReferenceCell.Run::finalState).toList();
        }

        /** Returns the gradients of {@link #loss}. */
        public Gradients backward() {
            double[] gradEmbedding = new double[embedding.length];
            double[] gradDecoder = tied ? gradEmbedding : new double[decoder.length];
            double[] gradDecoderBias = new double[vocabularySize];
            double[] gradBelow = backwardDecoder(gradDecoder, gradDecoderBias);
            List<Map<String, double[]>> gradCells = new ArrayList<>();
            List<double[][]> gradStates = new ArrayList<>();
            for (int k = layers.size() - 1; k >= 0; k--) {
                ReferenceCell.Gradients gradients = runs.get(k).backward(gradBelow);
                gradCells.addFirst(gradients.parameters());
                gradStates.addFirst(gradients.state());
                gradBelow = gradients.x();
            }
            for (int position = 0; position < positions(); position++) {
                double keep = masks.words()[(position % batch) * vocabularySize + tokens[position]];
                for (int j = 0; j < embeddingSize; j++) {
                    gradEmbedding[tokens[position] * embeddingSize + j] +=
                            keep * gradBelow[position * embeddingSize + j];
                }
            }
            return new Gradients(named(gradEmbedding, gradCells, gradDecoder, gradDecoderBias), gradStates);
        }

        /** Returns the gradient of the top layer's states [T, B, H]. */
        private double[] backwardDecoder(double[] gradDecoder, double[] gradDecoderBias) {
            double[] gradTop = new double[top.length];
            for (int position = 0; position < positions(); position++) {
                double[] gradZ = new double[vocabularySize];
                for (int v = 0; v < vocabularySize; v++) {
                    gradZ[v] = Math.exp(logProbabilities[position * vocabularySize + v]) / batch;
                }
                gradZ[tokens[position + batch]] -= 1.0 / batch;
                add(gradZ, gradDecoderBias);
                addOuterProduct(gradZ, dropped(top, position, batch, masks), gradDecoder);
                double[] outputMask = row(masks.output(), position % batch, topSize());
                setRow(gradTop, position, times(outputMask, transposedProduct(decoder, gradZ, topSize())));
            }
            return gradTop;
        }
    }
}
