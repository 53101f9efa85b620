package org.rhn4j.tasks.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.cells.Parameters;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.MemoryBudget;
import org.rhn4j.store.FileProblems;

/**
 * A language model: configuration, vocabulary and weights, on an engine. {@link #load} reads a model folder;
 * {@link LanguageModelTrainer} makes a new one.
 *
 * <p>Owns native memory: close it. Not safe for use by several threads at once.
 */
public final class LanguageModel implements AutoCloseable {
    /** The configuration in a model folder. */
    public static final String CONFIGURATION_FILE = "config.json";
    /** The weights in a model folder. */
    public static final String WEIGHTS_FILE = ParameterFile.NAME;
    /** The vocabulary in a model folder. */
    public static final String VOCABULARY_FILE = "vocabulary.txt";

    private final Engine engine;
    private final LanguageModelConfiguration configuration;
    private final Vocabulary vocabulary;
    private final Architecture architecture;
    private final Parameters parameters;

    /** A model whose weights are zero. */
    LanguageModel(Engine engine, LanguageModelConfiguration configuration, Vocabulary vocabulary) {
        this.configuration = configuration;
        this.vocabulary = vocabulary;
        this.architecture = architectureOf(configuration);
        this.engine = Network.engineFor(architecture, 1, engine);
        this.parameters = Network.parameters(architecture, this.engine.threads());
        MemoryBudget.require(
                4 * parameters.floats(),
                String.format(Locale.ROOT, "A network of %,d parameters", configuration.parameterCount()),
                "choose a smaller one");
        parameters.allocate();
    }

    static Architecture architectureOf(LanguageModelConfiguration c) {
        return Architecture.overTokens(
                c.recurrentCell(),
                c.vocabularySize(),
                c.embeddingSize(),
                c.hiddenSize(),
                c.layers(),
                c.tiedEmbeddings());
    }

    /**
     * Loads a model folder in the format {@code rhn4j/1}, written by this program or another.
     *
     * @throws UserError if the folder or a file is missing or damaged, or files do not fit one another
     */
    public static LanguageModel load(Path folder, Engine engine) {
        LanguageModelConfiguration configuration = readConfiguration(folder);
        Vocabulary vocabulary = Vocabulary.read(folder.resolve(VOCABULARY_FILE), configuration.unit());
        if (vocabulary.size() != configuration.vocabularySize()) {
            throw new UserError(folder.resolve(VOCABULARY_FILE) + " has " + vocabulary.size()
                    + " tokens, but vocabulary_size in " + folder.resolve(CONFIGURATION_FILE) + " is "
                    + configuration.vocabularySize() + "; take both files from one model.");
        }
        LanguageModel model = new LanguageModel(engine, configuration, vocabulary);
        try {
            ParameterFile.read(folder.resolve(WEIGHTS_FILE), model.parameters);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
        return model;
    }

    /**
     * Reads only the configuration of a model folder.
     *
     * @throws UserError if there is no model folder, or its configuration is damaged
     */
    public static LanguageModelConfiguration readConfiguration(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new UserError(
                    Files.exists(folder)
                            ? folder + " is a file, not a model folder; name the folder that holds "
                                    + CONFIGURATION_FILE + "."
                            : "There is no model folder " + folder + "; train one with 'rhn train text', or check the"
                                    + " name.");
        }
        Path file = folder.resolve(CONFIGURATION_FILE);
        FileProblems.requireReadableFile(file);
        return LanguageModelConfiguration.read(file);
    }

    /** Writes the configuration and the vocabulary into a folder. */
    void writeDescription(Path folder) {
        configuration.write(folder.resolve(CONFIGURATION_FILE));
        vocabulary.write(folder.resolve(VOCABULARY_FILE));
    }

    /** Writes the weights into a folder, atomically. */
    void writeWeights(Path folder) {
        ParameterFile.write(folder.resolve(WEIGHTS_FILE), parameters);
    }

    /**
     * Mean loss over a text, as one stream from a zero state: every token but the first is predicted.
     *
     * @param ids the text, at least 2 tokens
     */
    public Evaluation evaluate(int[] ids) {
        return evaluate(ids, 1, Evaluator.Watcher.SILENT);
    }

    /**
     * Mean loss over a text.
     *
     * @param ids the text, at least 2 tokens
     * @param streams parts evaluated side by side: 1 is exact; more are several times faster, each with the
     *     {@link Evaluator#CONTEXT} tokens before it as context
     * @param watcher hears how far it is
     * @throws UserError if the text has fewer than 2 tokens, or memory is short
     */
    public Evaluation evaluate(int[] ids, int streams, Evaluator.Watcher watcher) {
        try (Evaluator evaluator = new Evaluator(this, streams, ids.length)) {
            return evaluator.evaluate(ids, watcher);
        }
    }

    /**
     * Mean loss over a text, each prediction the mean of those of several passes with dropout. Not to be compared with
     * figures of single passes: it takes as many times the work.
     *
     * @param ids the text, at least 2 tokens
     * @param streams parts evaluated side by side, as for {@link #evaluate(int[], int, Evaluator.Watcher)}
     * @throws UserError if the text has fewer than 2 tokens, or memory is short
     */
    public Evaluation evaluate(int[] ids, int streams, MonteCarloDropout sampling, Evaluator.Watcher watcher) {
        try (Evaluator evaluator = new Evaluator(this, streams, ids.length, sampling)) {
            return evaluator.evaluate(ids, watcher);
        }
    }

    /**
     * Mean loss over a text that the weights follow, as one stream from a zero state: each window is predicted before a
     * step is taken on it. Not to be compared with figures of fixed weights. The weights are as before afterwards.
     *
     * @param ids the text, at least 2 tokens
     * @param training the text that the model was trained on, or null; {@link DynamicEvaluation.Rule#RMS} needs it
     * @throws UserError if the text has fewer than 2 tokens, the training text is missing or shorter than a window, the
     *     rate is so high that the loss becomes infinite, or memory is short
     */
    public Evaluation evaluateDynamically(
            int[] ids, int @Nullable [] training, DynamicEvaluation settings, Evaluator.Watcher watcher) {
        try (DynamicEvaluator evaluator = new DynamicEvaluator(this, settings)) {
            return evaluator.evaluate(ids, training, watcher, Evaluator.LossSink.NONE);
        }
    }

    /** A generator that starts from a zero state. Close it before the model. */
    public TextGenerator generator() {
        return new TextGenerator(this);
    }

    /** The engine that the model runs on: the one it was given, or that with fewer threads. */
    public Engine engine() {
        return engine;
    }

    /** What the model is. */
    public LanguageModelConfiguration configuration() {
        return configuration;
    }

    /** Its tokens. */
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** Its weights, by the names of the model format. */
    public Parameters parameters() {
        return parameters;
    }

    /** Its sizes, for making networks that share the weights. */
    public Architecture architecture() {
        return architecture;
    }

    /** How texts become tokens for this model. */
    public Corpus corpus() {
        return new Corpus(configuration.unit(), configuration.stripLines());
    }

    @Override
    public void close() {
        parameters.close();
    }
}
