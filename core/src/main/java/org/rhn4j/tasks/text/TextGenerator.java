package org.rhn4j.tasks.text;

import java.util.Arrays;
import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.cells.LayerState;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.RandomSource;

/**
 * Continues a text token by token, carrying the state.
 *
 * <p>The state is a value: {@link #state()} gives it, {@link #setState} goes on from it, here or elsewhere. Any thread may
 * call; one call at a time computes, others wait for their turn.
 */
public final class TextGenerator implements AutoCloseable {
    private final LanguageModel model;
    private final Network network;
    private final float[] logits;
    private final int[] token = new int[1];

    TextGenerator(LanguageModel model) {
        this.model = model;
        network = new Network(model.engine(), model.parameters(), model.architecture(), WindowShape.of(1, 1), false)
                .allocate();
        logits = new float[model.configuration().vocabularySize()];
    }

    /** The carried state of every layer. */
    public synchronized List<LayerState> state() {
        return network.states();
    }

    /** Goes on from a state. */
    public synchronized void setState(List<LayerState> state) {
        network.setStates(state);
    }

    /**
     * Reads one token and predicts the next.
     *
     * @param id the token
     * @return unnormalised log-probabilities [V] of what follows; valid until the next call
     */
    @SuppressWarnings("ReturnsMutableArray")
    public synchronized float[] step(int id) {
        if (id < 0 || id >= logits.length) {
            throw new IllegalArgumentException("no token " + id + " in a vocabulary of " + logits.length);
        }
        token[0] = id;
        network.outputs(Sequences.ofTokens(token), logits);
        return logits;
    }

    /** How to choose among the predictions. */
    public static final class Sampling {
        private final double temperature;
        private final int topK;
        private final int excluded;

        /**
         * How to choose.
         *
         * @param temperature 0 for the likeliest token always; 1 for the model's own probabilities
         * @param topK choose among so many likeliest tokens; 0 for all
         * @throws UserError if a value is out of its range
         */
        public Sampling(double temperature, int topK) {
            if (!(temperature >= 0 && temperature <= 100)) {
                throw new UserError("The temperature must be from 0 to 100, not " + temperature + ".");
            }
            if (topK < 0) {
                throw new UserError("top-k must be 0 (all tokens) or more, not " + topK + ".");
            }
            this(temperature, topK, -1);
        }

        private Sampling(double temperature, int topK, int excluded) {
            this.temperature = temperature;
            this.topK = topK;
            this.excluded = excluded;
        }

        /** The same, but never choosing one token. */
        public Sampling without(int id) {
            return new Sampling(temperature, topK, id);
        }

        /**
         * Chooses a token.
         *
         * @param logits unnormalised log-probabilities [V]
         * @param uniform a random number in [0, 1)
         */
        public int choose(float[] logits, double uniform) {
            if (excluded >= 0) {
                float[] rest = logits.clone();
                rest[excluded] = Float.NEGATIVE_INFINITY;
                return chooseAmong(rest, uniform);
            }
            return chooseAmong(logits, uniform);
        }

        private int chooseAmong(float[] logits, double uniform) {
            int best = 0;
            for (int i = 1; i < logits.length; i++) {
                if (logits[i] > logits[best]) {
                    best = i;
                }
            }
            if (temperature == 0) {
                return best;
            }
            float least = topK == 0 || topK >= logits.length ? Float.NEGATIVE_INFINITY : kthLargest(logits);
            double[] weights = new double[logits.length];
            double sum = 0;
            for (int i = 0; i < logits.length; i++) {
                weights[i] = logits[i] >= least ? Math.exp((logits[i] - logits[best]) / temperature) : 0;
                sum += weights[i];
            }
            double rest = uniform * sum;
            for (int i = 0; i < weights.length; i++) {
                rest -= weights[i];
                if (rest < 0 && weights[i] > 0) {
                    return i;
                }
            }
            return best;
        }

        private float kthLargest(float[] logits) {
            float[] sorted = logits.clone();
            Arrays.sort(sorted);
            return sorted[sorted.length - topK];
        }
    }

    /** Hears each token as it is chosen, and says whether to go on. */
    @FunctionalInterface
    public interface Sink {
        /** Takes a token; returns false to stop. */
        boolean take(int id);
    }

    /**
     * Reads a prompt, then chooses tokens one after another. An empty prompt stands for the start of a line.
     *
     * @param prompt ids to read first
     * @param length how many tokens to choose
     */
    public synchronized void generate(int[] prompt, int length, Sampling sampling, long seed, Sink sink) {
        RandomSource random = new RandomSource(seed).split("generate");
        int[] read = prompt.length > 0 ? prompt : new int[] {model.vocabulary().endOfLineId()};
        for (int i = 0; i + 1 < read.length; i++) {
            step(read[i]);
        }
        int last = read[read.length - 1];
        for (int i = 0; i < length; i++) {
            last = sampling.choose(step(last), random.uniformDouble(i));
            if (!sink.take(last)) {
                return;
            }
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
