package org.rhn4j.tasks.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Fingerprint;

/**
 * A text for language modelling in its three parts: to train on, to choose by, to report on.
 *
 * <p>A folder gives one file for each part, found by name: {@code *train*}, {@code *valid*} and {@code *test*}, the
 * last of which may be missing. A single file is cut after 90 % and 95 % of its tokens, each cut moved to the nearest
 * end of a line; where a line is so long that a cut would move by more than 2.5 % of the text, both cuts stay exactly
 * where the share puts them, between two tokens.
 *
 * <p>The vocabulary is that of the training part alone, made as {@link Vocabulary.Builder} describes.
 */
public final class TextSplits {
    private static final int SHORTEST_TEXT = 40;
    private static final int MOST_NAMES_SHOWN = 10;

    private final Corpus corpus;
    private final Vocabulary vocabulary;
    private final int[] train;
    private final int[] validation;
    private final int @Nullable [] test;
    private final List<Source> sources;

    /**
     * A file that was read.
     *
     * @param part {@code train}, {@code validation}, {@code test}, or {@code whole} for a single file
     * @param file its path as it was given or found
     * @param sha256 its fingerprint, in hexadecimal
     * @param tokens how many tokens it holds
     */
    public record Source(String part, Path file, String sha256, long tokens) {}

    private TextSplits(
            Corpus corpus,
            Vocabulary vocabulary,
            int[] train,
            int[] validation,
            int @Nullable [] test,
            List<Source> sources) {
        this.corpus = corpus;
        this.vocabulary = vocabulary;
        this.train = train;
        this.validation = validation;
        this.test = test;
        this.sources = List.copyOf(sources);
    }

    /**
     * Reads a folder or a single file with a vocabulary of any size.
     *
     * @throws UserError as {@link #read(Path, Corpus, int)}
     */
    public static TextSplits read(Path folderOrFile, Corpus corpus) {
        return read(folderOrFile, corpus, Integer.MAX_VALUE);
    }

    /**
     * Reads a folder or a single file.
     *
     * @param maximumVocabulary the most tokens that a vocabulary of words may have
     * @throws UserError if the path is missing, a part is not there or there twice, a file cannot be read as text or is
     *     too short, or no word of the training part is seen twice
     */
    public static TextSplits read(Path folderOrFile, Corpus corpus, int maximumVocabulary) {
        Vocabulary.Builder builder = Vocabulary.builder(corpus.unit()).maximumSize(maximumVocabulary);
        return Files.isDirectory(folderOrFile)
                ? readFolder(folderOrFile, corpus, builder)
                : readSingleFile(folderOrFile, corpus, builder);
    }

    /** How the text was read. */
    public Corpus corpus() {
        return corpus;
    }

    /** The vocabulary of the training part. */
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** The ids of the training part; not to be modified. */
    public int[] train() {
        return train;
    }

    /** The ids of the validation part; not to be modified. */
    public int[] validation() {
        return validation;
    }

    /** The ids of the test part, if there is one; not to be modified. */
    public Optional<int[]> test() {
        return Optional.ofNullable(test);
    }

    /** The files that were read, in the order train, validation, test. */
    public List<Source> sources() {
        return sources;
    }

    private static TextSplits readFolder(Path folder, Corpus corpus, Vocabulary.Builder builder) {
        List<Path> files = filesIn(folder);
        Path trainFile = only(folder, files, "train");
        Path validationFile = only(folder, files, "valid");
        boolean testThere = files.stream().anyMatch(file -> isNamed(file, "test"));
        @Nullable Path testFile = testThere ? only(folder, files, "test") : null;
        requireDifferent(folder, trainFile, validationFile, testFile);

        FirstSeen firstSeen = new FirstSeen();
        int[] train = firstSeen.read(corpus, trainFile);
        int[] validation = firstSeen.read(corpus, validationFile);
        int @Nullable [] test = testFile == null ? null : firstSeen.read(corpus, testFile);
        Vocabulary vocabulary = firstSeen.number(builder, train, train.length, trainFile, corpus.unit());
        firstSeen.renumber(train, vocabulary);
        firstSeen.renumber(validation, vocabulary);

        List<Source> sources = new ArrayList<>();
        sources.add(source("train", trainFile, train));
        sources.add(source("validation", validationFile, validation));
        if (testFile != null && test != null) {
            firstSeen.renumber(test, vocabulary);
            sources.add(source("test", testFile, test));
        }
        return new TextSplits(corpus, vocabulary, train, validation, test, sources);
    }

    private static TextSplits readSingleFile(Path file, Corpus corpus, Vocabulary.Builder builder) {
        FirstSeen firstSeen = new FirstSeen();
        int[] whole = firstSeen.read(corpus, file);
        if (whole.length < SHORTEST_TEXT) {
            throw new UserError("%s holds only %d tokens, too few to be split in three; give at least %d."
                    .formatted(file, whole.length, SHORTEST_TEXT));
        }
        int[] cuts = cuts(whole, firstSeen.endOfLine());
        Vocabulary vocabulary = firstSeen.number(builder, whole, cuts[0], file, corpus.unit());
        firstSeen.renumber(whole, vocabulary);
        return new TextSplits(
                corpus,
                vocabulary,
                Arrays.copyOfRange(whole, 0, cuts[0]),
                Arrays.copyOfRange(whole, cuts[0], cuts[1]),
                Arrays.copyOfRange(whole, cuts[1], whole.length),
                List.of(source("whole", file, whole)));
    }

    /** Where the validation and the test part begin. */
    static int[] cuts(int[] ids, int endOfLine) {
        int validation = (int) (ids.length * 90L / 100);
        int test = (int) (ids.length * 95L / 100);
        int validationAtLine = nearestLineStart(ids, endOfLine, validation);
        int testAtLine = nearestLineStart(ids, endOfLine, test);
        int most = ids.length / 40;
        boolean shortLines = Math.abs(validationAtLine - validation) <= most
                && Math.abs(testAtLine - test) <= most
                && validationAtLine < testAtLine
                && testAtLine < ids.length - 1;
        return shortLines ? new int[] {validationAtLine, testAtLine} : new int[] {validation, test};
    }

    private static int nearestLineStart(int[] ids, int endOfLine, int target) {
        for (int distance = 0; distance < ids.length; distance++) {
            int before = target - distance;
            if (before >= 1 && ids[before - 1] == endOfLine) {
                return before;
            }
            int after = target + distance;
            if (after <= ids.length && ids[after - 1] == endOfLine) {
                return after;
            }
        }
        return target;
    }

    private static Source source(String part, Path file, int[] ids) {
        return new Source(part, file, Fingerprint.sha256(file), ids.length);
    }

    private static List<Path> filesIn(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile)
                    .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw FileProblems.cannotRead(folder, e);
        }
    }

    private static boolean isNamed(Path file, String part) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).contains(part);
    }

    private static Path only(Path folder, List<Path> files, String part) {
        List<Path> matches = files.stream().filter(file -> isNamed(file, part)).toList();
        if (matches.isEmpty()) {
            throw new UserError(("The folder %s has no file with \"%s\" in its name (it has %s); "
                            + "name one so, or give a single file to be split.")
                    .formatted(folder, part, names(files)));
        }
        if (matches.size() > 1) {
            throw new UserError("The folder %s has %d files with \"%s\" in their names (%s); leave one of them there."
                    .formatted(folder, matches.size(), part, names(matches)));
        }
        return matches.getFirst();
    }

    private static void requireDifferent(Path folder, Path train, Path validation, @Nullable Path test) {
        if (train.equals(validation) || train.equals(test) || validation.equals(test)) {
            throw new UserError("The folder %s has a file whose name fits two parts (%s); rename it."
                    .formatted(folder, names(train.equals(test) ? List.of(train) : List.of(validation))));
        }
    }

    private static String names(List<Path> files) {
        List<String> names = files.stream()
                .limit(MOST_NAMES_SHOWN)
                .map(file -> String.valueOf(file.getFileName()))
                .toList();
        String more = files.size() > MOST_NAMES_SHOWN ? " and %d more".formatted(files.size() - MOST_NAMES_SHOWN) : "";
        return names.isEmpty() ? "no files" : String.join(", ", names) + more;
    }
}
