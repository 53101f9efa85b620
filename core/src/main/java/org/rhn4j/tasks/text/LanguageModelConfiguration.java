package org.rhn4j.tasks.text;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentHighway.Carry;
import org.rhn4j.store.Json;

/**
 * Everything needed to rebuild a language model's network: the content of its {@code config.json}.
 *
 * @param unit what a token is
 * @param stripLines whether, by character, lines are stripped and inner spaces written {@code _}
 * @param cell the recurrent layer
 * @param vocabularySize V, how many tokens there are
 * @param embeddingSize E, the length of a token's vector
 * @param hiddenSize H, the length of a layer's state
 * @param depth micro-layers in a time step of a layer; 1 for a cell that is not {@link CellKind#isDeep deep}
 * @param layers how many recurrent layers stand on one another
 * @param tiedEmbeddings whether the decoder's weight is the embedding's; E = H then
 * @param carry whether the carry gate of a highway is 1 − t or has weights of its own
 */
public record LanguageModelConfiguration(
        TextUnit unit,
        boolean stripLines,
        CellKind cell,
        int vocabularySize,
        int embeddingSize,
        int hiddenSize,
        int depth,
        int layers,
        boolean tiedEmbeddings,
        Carry carry) {
    /** The version of the model folder that this program writes and reads. */
    public static final String FORMAT = "rhn4j/1";

    /** What {@code config.json} calls this task. */
    public static final String TASK = "language-model";

    private static final int LARGEST_SIZE = 1_000_000;
    private static final int LARGEST_DEPTH = 1000;
    private static final long MOST_PARAMETERS = 1L << 33;

    /** Checks what belongs together; throws {@link UserError} if these sizes make no network. */
    public LanguageModelConfiguration {
        requireSize("vocabulary_size", vocabularySize, 2, Integer.MAX_VALUE);
        requireSize("embedding_size", embeddingSize, 1, LARGEST_SIZE);
        requireSize("hidden_size", hiddenSize, 1, LARGEST_SIZE);
        requireSize("depth", depth, 1, LARGEST_DEPTH);
        requireSize("layers", layers, 1, LARGEST_DEPTH);
        if (tiedEmbeddings && embeddingSize != hiddenSize) {
            throw new UserError(
                    "tied_embeddings needs embedding_size = hidden_size, but they are %d and %d; make them equal or untie."
                            .formatted(embeddingSize, hiddenSize));
        }
        cell.cell(depth, carry);
        long parameters =
                count(cell.cell(depth, carry), vocabularySize, embeddingSize, hiddenSize, layers, tiedEmbeddings);
        if (parameters > MOST_PARAMETERS) {
            throw new UserError("These sizes make %d parameters, more than the %d that are allowed; lower %s."
                    .formatted(parameters, MOST_PARAMETERS, "vocabulary_size, hidden_size, depth or layers"));
        }
    }

    /**
     * Starts a configuration: unless told otherwise an RHN by word, one layer of depth 1, untied, its gates coupled.
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts a configuration from this one. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.unit = unit;
        builder.stripLines = stripLines;
        builder.cell = cell;
        builder.vocabularySize = vocabularySize;
        builder.embeddingSize = embeddingSize;
        builder.hiddenSize = hiddenSize;
        builder.depth = depth;
        builder.layers = layers;
        builder.tiedEmbeddings = tiedEmbeddings;
        builder.carry = carry;
        return builder;
    }

    /**
     * Reads {@code config.json}.
     *
     * @throws UserError if the file cannot be read, is of another format or task, has unknown, absent or wrong keys, or
     *     describes no possible network
     */
    public static LanguageModelConfiguration read(Path file) {
        requireEqual(file, "format", FORMAT, "it needs another version of this program");
        requireEqual(file, "task", TASK, "it is not a language model");
        return Json.read(file, Document.class).configuration(file);
    }

    /** Writes {@code config.json}, atomically; keys that have their default value are left out. */
    public void write(Path file) {
        Json.write(
                file,
                new Document(
                        FORMAT,
                        TASK,
                        unit,
                        stripLines ? true : null,
                        cell,
                        vocabularySize,
                        embeddingSize,
                        hiddenSize,
                        depth,
                        layers,
                        tiedEmbeddings,
                        carry == Carry.COUPLED ? null : carry));
    }

    /** How many numbers are trained: every weight and bias, a tied one once. */
    public long parameterCount() {
        return count(cell.cell(depth, carry), vocabularySize, embeddingSize, hiddenSize, layers, tiedEmbeddings);
    }

    /**
     * The name and shape of every parameter, from input to output. Weights are [out, in].
     *
     * <p>With b = {@link #gateBlocks()} blocks of H rows and {@code in} = E for the first layer, H for the others:
     * {@code embedding.weight} [V, E]; of layer k the cell's input weights [bH, in], and recurrent weights [bH, H] and
     * biases [bH] of each micro-layer, under the cell's names after {@code layers.k.}; {@code decoder.weight} [V, H]
     * unless tied; {@code decoder.bias} [V].
     */
    public SequencedMap<String, long[]> parameterShapes() {
        SequencedMap<String, long[]> shapes = new LinkedHashMap<>();
        Cell made = recurrentCell();
        long rows = (long) made.gates() * hiddenSize;
        shapes.put("embedding.weight", new long[] {vocabularySize, embeddingSize});
        for (int k = 0; k < layers; k++) {
            String layer = Architecture.layerPrefix(k);
            shapes.put(layer + made.inputWeightName(), new long[] {rows, k == 0 ? embeddingSize : hiddenSize});
            for (int l = 0; l < depth; l++) {
                shapes.put(layer + made.recurrentWeightName(l), new long[] {rows, hiddenSize});
                for (String bias : made.biasNames(l)) {
                    shapes.put(layer + bias, new long[] {rows});
                }
            }
        }
        if (!tiedEmbeddings) {
            shapes.put("decoder.weight", new long[] {vocabularySize, hiddenSize});
        }
        shapes.put("decoder.bias", new long[] {vocabularySize});
        return shapes;
    }

    /** How many blocks of H rows a recurrent weight has: one for the candidate and one for each gate. */
    public int gateBlocks() {
        return recurrentCell().gates();
    }

    /** The cell of every layer. */
    public Cell recurrentCell() {
        return cell.cell(depth, carry);
    }

    /** The limits on the sizes keep every product here within a long. */
    private static long count(Cell cell, long v, long e, long h, long layers, boolean tied) {
        long rows = cell.gates() * h;
        long inputs = rows * e + (layers - 1) * rows * h;
        long biases = cell.biasNames(0).size() * rows;
        long recurrent = layers * cell.depth() * (rows * h + biases);
        return v * e + inputs + recurrent + (tied ? 0 : v * h) + v;
    }

    private static void requireSize(String key, int size, int smallest, int largest) {
        if (size < smallest) {
            throw new UserError("%s is %d; it must be at least %d.".formatted(key, size, smallest));
        }
        if (size > largest) {
            throw new UserError("%s is %d; it must be at most %d.".formatted(key, size, largest));
        }
    }

    private static void requireEqual(Path file, String key, String expected, String otherwise) {
        Optional<String> found = Json.stringAt(file, key);
        if (found.isPresent() && !found.get().equals(expected)) {
            throw new UserError("%s has the %s \"%s\" where this reads \"%s\"; %s."
                    .formatted(file, key, found.get(), expected, otherwise));
        }
    }

    /** The file's keys; those that may be absent are nullable. */
    private record Document(
            String format,
            String task,
            TextUnit unit,
            @Nullable Boolean stripLines,
            CellKind cell,
            int vocabularySize,
            int embeddingSize,
            int hiddenSize,
            int depth,
            int layers,
            boolean tiedEmbeddings,
            @Nullable Carry carry) {
        LanguageModelConfiguration configuration(Path file) {
            try {
                return new LanguageModelConfiguration(
                        unit,
                        stripLines != null && stripLines,
                        cell,
                        vocabularySize,
                        embeddingSize,
                        hiddenSize,
                        depth,
                        layers,
                        tiedEmbeddings,
                        carry == null ? Carry.COUPLED : carry);
            } catch (UserError e) {
                throw new UserError(file + ": " + e.getMessage(), e);
            }
        }
    }

    /** Collects the sizes; {@link #build} checks them. */
    public static final class Builder {
        private TextUnit unit = TextUnit.WORD;
        private boolean stripLines;
        private CellKind cell = CellKind.RHN;
        private int vocabularySize;
        private int embeddingSize;
        private int hiddenSize;
        private int depth = 1;
        private int layers = 1;
        private boolean tiedEmbeddings;
        private Carry carry = Carry.COUPLED;

        private Builder() {}

        public Builder unit(TextUnit value) {
            unit = value;
            return this;
        }

        public Builder stripLines(boolean value) {
            stripLines = value;
            return this;
        }

        public Builder cell(CellKind value) {
            cell = value;
            return this;
        }

        public Builder vocabularySize(int value) {
            vocabularySize = value;
            return this;
        }

        public Builder embeddingSize(int value) {
            embeddingSize = value;
            return this;
        }

        public Builder hiddenSize(int value) {
            hiddenSize = value;
            return this;
        }

        public Builder depth(int value) {
            depth = value;
            return this;
        }

        public Builder layers(int value) {
            layers = value;
            return this;
        }

        public Builder tiedEmbeddings(boolean value) {
            tiedEmbeddings = value;
            return this;
        }

        public Builder carry(Carry value) {
            carry = value;
            return this;
        }

        /** The configuration; throws {@link UserError} if these sizes make no network. */
        public LanguageModelConfiguration build() {
            return new LanguageModelConfiguration(
                    unit,
                    stripLines,
                    cell,
                    vocabularySize,
                    embeddingSize,
                    hiddenSize,
                    depth,
                    layers,
                    tiedEmbeddings,
                    carry);
        }
    }
}
