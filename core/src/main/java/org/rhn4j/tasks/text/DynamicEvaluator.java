package org.rhn4j.tasks.text;

import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.cells.Dropout;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.MemoryBudget;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.tasks.text.Evaluator.LossSink;
import org.rhn4j.tasks.text.Evaluator.Watcher;
import org.rhn4j.training.AnchoredDescent;

/**
 * Measures the loss of a model whose weights follow the text (Krause et al., 2018). A window is predicted with the
 * weights as they were before it; then a step is taken on its loss; so no token has a part in its own prediction, nor
 * has any later one.
 *
 * <p>The text is one stream from a zero state. The model's weights change meanwhile and are set back in the end.
 */
final class DynamicEvaluator implements AutoCloseable {
    private static final int STATISTICS_STREAMS = 32;
    /** Training tokens whose gradients are squared. */
    private static final int STATISTICS_TOKENS = 200_000;

    private final LanguageModel model;
    private final DynamicEvaluation settings;
    private final Network network;
    private final AnchoredDescent descent;

    /** An evaluator; the model's present weights are those that are trained. */
    DynamicEvaluator(LanguageModel model, DynamicEvaluation settings) {
        this.model = model;
        this.settings = settings;
        network = network(1);
        descent = new AnchoredDescent(model.engine(), model.parameters());
        try {
            MemoryBudget.require(
                    network.plannedBytes() + descent.plannedBytes(),
                    "Evaluating this model dynamically",
                    "close other programs");
            network.allocate();
            descent.allocate();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private Network network(int batch) {
        return new Network(
                model.engine(),
                model.parameters(),
                model.architecture(),
                WindowShape.of(settings.window(), batch),
                true);
    }

    /**
     * Mean loss over a text; every token but the first is predicted.
     *
     * @param ids the text, at least 2 tokens
     * @param training the text that the model was trained on; only {@link DynamicEvaluation.Rule#RMS} reads it
     * @throws UserError if the text has fewer than 2 tokens, or there is no training text where the rule reads it
     */
    Evaluation evaluate(int[] ids, int @Nullable [] training, Watcher watcher, LossSink sink) {
        Evaluator.requireText(ids);
        long start = System.nanoTime();
        try (var _ = network.use()) { // the weights that change must be there to be restored
            try {
                long before = prepare(training, ids.length - 1, watcher);
                return follow(ids, before, watcher, sink, start);
            } finally {
                descent.restore();
            }
        }
    }

    /** Readies the rule; returns how many tokens that took. */
    private long prepare(int @Nullable [] training, long toCome, Watcher watcher) {
        if (settings.rule() == DynamicEvaluation.Rule.SGD) {
            descent.useUniformSteps(settings.decay());
            return 0;
        }
        if (training == null) {
            throw new UserError("The rule rms of dynamic evaluation needs the text that the model was trained on;"
                    + " name it, or take the rule sgd.");
        }
        return addStatistics(training, toCome, watcher);
    }

    private long addStatistics(int[] training, long toCome, Watcher watcher) {
        int window = settings.window();
        int batch = Math.clamp((training.length - 1L) / window, 1, STATISTICS_STREAMS);
        int streamLength = training.length / batch;
        int windows = Math.min((streamLength - 1) / window, Math.ceilDiv(STATISTICS_TOKENS, window * batch));
        if (windows < 1) {
            throw new UserError("The training text has " + training.length + " tokens, fewer than one window of "
                    + window + " and the token after it; take a smaller window of dynamic evaluation.");
        }
        int[] inputs = new int[window * batch];
        int[] targets = new int[window * batch];
        long tokens = (long) windows * window * batch;
        try (Network wide = network(batch)) {
            MemoryBudget.require(wide.plannedBytes(), "Measuring gradients", "take a smaller window");
            wide.allocate();
            for (int w = 0; w < windows; w++) {
                for (int row = 0; row < inputs.length; row++) {
                    int at = row % batch * streamLength + w * window + row / batch;
                    inputs[row] = training[at];
                    targets[row] = training[at + 1];
                }
                wide.gradients(Sequences.ofTokens(inputs), targets, Dropout.NONE, new RandomSource(0));
                descent.addSquares(wide.gradients());
                watcher.progress((w + 1L) * window * batch, tokens + toCome);
            }
        }
        descent.useRootMeanSquares(windows, settings.decay());
        return tokens;
    }

    private Evaluation follow(int[] ids, long before, Watcher watcher, LossSink sink, long start) {
        TextStreams text = new TextStreams(ids, 1, 1, settings.window());
        network.pack();
        network.clearStates();
        double sum = 0;
        long counted = 0;
        while (counted < text.targetCount()) {
            counted += text.advance();
            network.gradients(Sequences.ofTokens(text.inputs()), text.targets(), Dropout.NONE, new RandomSource(0));
            float[] losses = network.lastLosses();
            for (int t = 0; t < settings.window(); t++) {
                if (text.targets()[t] != Network.IGNORED) {
                    sink.loss(text.position(t, 0), losses[t]);
                    sum += losses[t];
                }
            }
            if (!Double.isFinite(sum)) {
                throw new UserError("The loss of dynamic evaluation became infinite or undefined after " + counted
                        + " tokens; take a lower rate.");
            }
            descent.step(network.gradients(), settings.rate());
            network.pack();
            watcher.progress(before + counted, before + text.targetCount());
        }
        return new Evaluation(sum / counted, counted, (System.nanoTime() - start) * 1e-9);
    }

    @Override
    public void close() {
        descent.close();
        network.close();
    }
}
