package org.rhn4j.tasks.text;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
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
 * @param depth micro-layers in a time step of a layer; 1 for an LSTM
 * @param layers how many recurrent layers stand on one another
 * @param tiedEmbeddings whether the decoder's weight is the embedding's; E = H then
 * @param carry whether the carry gate of a highway is 1 − t or has weights of its own
 */
public record LanguageModelConfiguration(
        TextUnit unit,
        boolean stripLines,
        Cell cell,
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

    /** The recurrent layer; in JSON {@code "rhn"}, {@code "lstm"}, {@code "dt-rnn"}. */
    public enum Cell {
        /** Recurrent highway network: a candidate and a gate in every micro-layer. */
        RHN,
        /** Long short-term memory, as PyTorch has it. */
        LSTM,
        /** Deep transition network: micro-layers without gates. */
        DT_RNN
    }

    /** The gate on what a highway carries over; in JSON {@code "coupled"}, {@code "free"}. */
    public enum Carry {
        /** One minus the transform gate. */
        COUPLED,
        /** A gate with weights of its own. */
        FREE
    }

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
        if (cell == Cell.LSTM && depth != 1) {
            throw new UserError("An LSTM has depth 1, not %d; set depth to 1 or the cell to rhn.".formatted(depth));
        }
        if (cell != Cell.RHN && carry != Carry.COUPLED) {
            throw new UserError("Only the cell rhn has a carry gate to free; leave carry out or set the cell to rhn.");
        }
        long parameters = count(cell, carry, vocabularySize, embeddingSize, hiddenSize, depth, layers, tiedEmbeddings);
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
        return count(cell, carry, vocabularySize, embeddingSize, hiddenSize, depth, layers, tiedEmbeddings);
    }

    /**
     * The name and shape of every parameter, from input to output. Weights are [out, in].
     *
     * <p>With b = {@link #gateBlocks()} blocks of H rows and {@code in} = E for the first layer, H for the others:
     * {@code embedding.weight} [V, E]; {@code layers.k.input.weight} [bH, in], {@code layers.k.recurrent.l.weight} [bH,
     * H], {@code layers.k.recurrent.l.bias} [bH]; for an LSTM {@code layers.k.weight_ih} [4H, in], {@code weight_hh}
     * [4H, H], {@code bias_ih} [4H], {@code bias_hh} [4H]; {@code decoder.weight} [V, H] unless tied;
     * {@code decoder.bias} [V].
     */
    public SequencedMap<String, long[]> parameterShapes() {
        SequencedMap<String, long[]> shapes = new LinkedHashMap<>();
        long rows = (long) gateBlocks() * hiddenSize;
        shapes.put("embedding.weight", new long[] {vocabularySize, embeddingSize});
        for (int k = 0; k < layers; k++) {
            String layer = "layers." + k;
            long in = k == 0 ? embeddingSize : hiddenSize;
            if (cell == Cell.LSTM) {
                shapes.put(layer + ".weight_ih", new long[] {rows, in});
                shapes.put(layer + ".weight_hh", new long[] {rows, hiddenSize});
                shapes.put(layer + ".bias_ih", new long[] {rows});
                shapes.put(layer + ".bias_hh", new long[] {rows});
                continue;
            }
            shapes.put(layer + ".input.weight", new long[] {rows, in});
            for (int l = 0; l < depth; l++) {
                shapes.put(layer + ".recurrent." + l + ".weight", new long[] {rows, hiddenSize});
                shapes.put(layer + ".recurrent." + l + ".bias", new long[] {rows});
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
        return gateBlocks(cell, carry);
    }

    private static int gateBlocks(Cell cell, Carry carry) {
        return switch (cell) {
            case RHN -> carry == Carry.FREE ? 3 : 2;
            case LSTM -> 4;
            case DT_RNN -> 1;
        };
    }

    /** The limits on the sizes keep every product here within a long. */
    private static long count(Cell cell, Carry carry, long v, long e, long h, long depth, long layers, boolean tied) {
        long rows = gateBlocks(cell, carry) * h;
        long inputs = rows * e + (layers - 1) * rows * h;
        long biases = cell == Cell.LSTM ? 2 * rows : rows;
        long recurrent = layers * depth * (rows * h + biases);
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
            Cell cell,
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
        private Cell cell = Cell.RHN;
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

        public Builder cell(Cell value) {
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
