package org.rhn4j.tasks.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rhn4j.UserError;

/**
 * Numbers tokens as they are first seen, so that every file is read only once: the final numbers, which depend on how
 * often each token occurs, are put in their place afterwards.
 */
final class FirstSeen {
    private static final int SHORTEST_PART = 2;

    private final List<String> tokens = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private int[] idsByCodePoint = new int[0];

    /** Reads a file; the ids are provisional. */
    int[] read(Corpus corpus, Path file) {
        Reader reader = new Reader(file);
        corpus.read(file, reader);
        if (reader.list.size() < SHORTEST_PART) {
            throw new UserError(
                    "%s holds a single token, and there is nothing to predict; give more text.".formatted(file));
        }
        return reader.list.toArray();
    }

    /** The provisional id of the end of a line. */
    int endOfLine() {
        return id(Vocabulary.END_OF_LINE);
    }

    /**
     * Makes the vocabulary of a training part.
     *
     * @param provisional ids as they were read
     * @param length how many of them, from the first on, are to train on
     * @param file what errors call the text
     */
    Vocabulary number(Vocabulary.Builder builder, int[] provisional, int length, Path file, TextUnit unit) {
        long[] counts = new long[tokens.size()];
        for (int i = 0; i < length; i++) {
            counts[provisional[i]]++;
        }
        for (int id = 0; id < counts.length; id++) {
            if (counts[id] > 0) {
                builder.add(tokens.get(id), counts[id]);
            } else if (!tokens.get(id).equals(Vocabulary.END_OF_LINE)) {
                builder.unknownNeeded();
            }
        }
        Vocabulary vocabulary = builder.build();
        boolean wordless = vocabulary.size() == 2 && vocabulary.holdsUnknown();
        if (unit == TextUnit.WORD && wordless) {
            throw new UserError(
                    "%s: no word to train on occurs twice, so nothing can be learnt; give more text or take characters."
                            .formatted(file));
        }
        return vocabulary;
    }

    /** Puts the final ids in the place of the provisional ones. */
    void renumber(int[] provisional, Vocabulary vocabulary) {
        int[] finalIds = new int[tokens.size()];
        for (int id = 0; id < finalIds.length; id++) {
            int known = vocabulary.idOrAbsent(tokens.get(id));
            finalIds[id] = known >= 0 || !vocabulary.holdsUnknown() ? known : vocabulary.unknownId();
        }
        Arrays.setAll(provisional, i -> finalIds[provisional[i]]);
    }

    private int id(String token) {
        Integer id = ids.putIfAbsent(token, tokens.size());
        if (id != null) {
            return id;
        }
        tokens.add(token);
        return tokens.size() - 1;
    }

    private int id(int codePoint) {
        if (codePoint >= idsByCodePoint.length) {
            int before = idsByCodePoint.length;
            idsByCodePoint = Arrays.copyOf(idsByCodePoint, Math.max(codePoint + 1, 256));
            Arrays.fill(idsByCodePoint, before, idsByCodePoint.length, -1);
        }
        if (idsByCodePoint[codePoint] < 0) {
            idsByCodePoint[codePoint] = id(Character.toString(codePoint));
        }
        return idsByCodePoint[codePoint];
    }

    private final class Reader implements Tokenizer.Sink {
        private final Path file;
        private final IntList list = new IntList();

        Reader(Path file) {
            this.file = file;
        }

        @Override
        public void word(String token, long line, long column) {
            add(id(token));
        }

        @Override
        public void character(int codePoint, long line, long column) {
            add(id(codePoint));
        }

        @Override
        public void endOfLine() {
            add(FirstSeen.this.endOfLine());
        }

        private void add(int id) {
            if (list.size() == IntList.LARGEST) {
                throw Corpus.tooLong(file.toString());
            }
            list.add(id);
        }
    }
}
