package org.rhn4j.app.apply;

import org.rhn4j.tasks.text.Corpus;
import org.rhn4j.tasks.text.TextUnit;
import org.rhn4j.tasks.text.Vocabulary;

/** Writes tokens as text one at a time; all of them together are what {@link Corpus#decode} writes. */
final class TextOfTokens {
    private final Corpus corpus;
    private final Vocabulary vocabulary;
    private boolean atLineStart = true;

    TextOfTokens(Corpus corpus, Vocabulary vocabulary) {
        this.corpus = corpus;
        this.vocabulary = vocabulary;
    }

    /** What the next token adds. */
    String next(int id) {
        boolean spaced = corpus.unit() == TextUnit.WORD && !atLineStart && id != vocabulary.endOfLineId();
        atLineStart = id == vocabulary.endOfLineId();
        return (spaced ? " " : "") + corpus.decode(new int[] {id}, vocabulary);
    }

    /** Whether nothing has been written since the last line end. */
    boolean isAtLineStart() {
        return atLineStart;
    }
}
