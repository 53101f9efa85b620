package org.rhn4j.api;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.text.Corpus;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.LanguageModelConfiguration;
import org.rhn4j.tasks.text.LanguageModelTrainer;
import org.rhn4j.tasks.text.TextGenerator;
import org.rhn4j.tasks.text.TextSplits;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.tasks.text.UnknownTokens;

/**
 * A language model: predicts the next word or character of a text, and so scores texts and goes on with them.
 *
 * <p>Owns native memory: close it. Several threads may share it; each {@link Writer} is for one.
 */
public final class TextModel implements Model {
    private final Engine engine;
    private final LanguageModel model;

    private TextModel(Engine engine, LanguageModel model) {
        this.engine = engine;
        this.model = model;
    }

    /**
     * Trains a model of words on a text.
     *
     * @param text a file, of which the last parts are held back for validation and test, or a folder of files whose
     *     names say train, valid and test
     * @throws org.rhn4j.UserError if the text cannot be read or is too short, or the folder cannot be written
     */
    public static TextModel trainWords(Path text, Training training) {
        return train(text, TextUnit.WORD, training);
    }

    /** As {@link #trainWords}, by character. */
    public static TextModel trainCharacters(Path text, Training training) {
        return train(text, TextUnit.CHARACTER, training);
    }

    private static TextModel train(Path text, TextUnit unit, Training training) {
        TextSplits splits = TextSplits.read(text, new Corpus(unit, false));
        RecurrentStack stack = training.over(LanguageModelTrainer.NETWORK);
        LanguageModelConfiguration configuration = LanguageModelConfiguration.builder()
                .unit(unit)
                .vocabularySize(splits.vocabulary().size())
                .cell(stack.cell())
                .embeddingSize(stack.hiddenSize())
                .hiddenSize(stack.hiddenSize())
                .depth(stack.depth())
                .layers(stack.layers())
                .tiedEmbeddings(true)
                .build();
        try (Engine engine = training.engine();
                LanguageModelTrainer trainer = new LanguageModelTrainer(
                        engine,
                        splits,
                        configuration,
                        training.over(LanguageModelTrainer.settings(splits.train().length)),
                        training.folder(),
                        training.listener())) {
            trainer.train();
        }
        return load(training.folder());
    }

    /**
     * Loads a model folder.
     *
     * @throws org.rhn4j.UserError if it is missing, damaged, or of another task
     */
    public static TextModel load(Path folder) {
        return Models.loadOn(Engine.automatic(), engine -> new TextModel(engine, LanguageModel.load(folder, engine)));
    }

    /**
     * e to the mean loss of a text: among how many equally likely tokens the model has to choose, so to speak.
     *
     * @param text at least two tokens; unknown ones are read as the token for unknown ones where the model has one
     */
    public double perplexity(String text) {
        return model.evaluate(ids(text)).perplexity();
    }

    private int[] ids(String text) {
        return model.corpus().encodePrompt(text, model.vocabulary(), UnknownTokens.MAP);
    }

    /** Goes on with a text by so many tokens, drawn by the model's own probabilities. */
    public String continued(String prompt, int length, long seed) {
        try (Writer writer = writer()) {
            writer.read(prompt);
            return writer.write(length, 1, seed);
        }
    }

    /** Begins a text. */
    public Writer writer() {
        return new Writer(model.generator());
    }

    /** A text in the making: reads what it is given and goes on from there; what was written counts as read. */
    public final class Writer implements AutoCloseable {
        private final TextGenerator generator;
        private int last;

        private Writer(TextGenerator generator) {
            this.generator = generator;
            last = model.vocabulary().endOfLineId();
        }

        /** Reads a text. */
        public void read(String text) {
            for (int id : ids(text)) {
                generator.step(last);
                last = id;
            }
        }

        /**
         * Writes so many tokens.
         *
         * @param temperature 0 for the likeliest token always, 1 for the model's own probabilities
         * @param seed of the draws
         */
        public String write(int length, double temperature, long seed) {
            List<Integer> written = new ArrayList<>();
            generator.generate(new int[] {last}, length, new TextGenerator.Sampling(temperature, 0), seed, id -> {
                written.add(id);
                last = id;
                return true;
            });
            return model.corpus()
                    .decode(written.stream().mapToInt(Integer::intValue).toArray(), model.vocabulary());
        }

        @Override
        public void close() {
            generator.close();
        }
    }

    @Override
    public String task() {
        return LanguageModelConfiguration.TASK;
    }

    @Override
    public long parameters() {
        return model.configuration().parameterCount();
    }

    @Override
    public void close() {
        model.close();
        engine.close();
    }
}
