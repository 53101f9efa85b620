package org.rhn4j.tasks.text;

/**
 * Writes tokens as text one at a time; all that it writes together is what {@link Corpus#decode} writes of all tokens. Not
 * safe for use by several threads at once.
 */
public final class TextDecoder {
    private final Vocabulary vocabulary;
    private final boolean spaced;
    private final boolean underscoresAreSpaces;
    private boolean atLineStart = true;

    TextDecoder(Vocabulary vocabulary, boolean spaced, boolean underscoresAreSpaces) {
        this.vocabulary = vocabulary;
        this.spaced = spaced;
        this.underscoresAreSpaces = underscoresAreSpaces;
    }

    /**
     * What the next token adds to the text: a word with the space before it.
     *
     * @param id within the vocabulary
     */
    public String next(int id) {
        if (id == vocabulary.endOfLineId()) {
            atLineStart = true;
            return "\n";
        }
        String token = vocabulary.token(id);
        String text = underscoresAreSpaces && token.equals("_") ? " " : token;
        String before = spaced && !atLineStart ? " " : "";
        atLineStart = false;
        return before + text;
    }

    /** Whether nothing has been written since the last line end. */
    public boolean isAtLineStart() {
        return atLineStart;
    }
}
