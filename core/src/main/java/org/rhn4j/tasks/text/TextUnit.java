package org.rhn4j.tasks.text;

/** What a token is; in JSON {@code "word"} and {@code "character"}. */
public enum TextUnit {
    /** What stands between white space. */
    WORD,
    /** A Unicode code point. */
    CHARACTER;

    /** One such token, in a sentence. */
    @Override
    public String toString() {
        return this == WORD ? "word" : "character";
    }
}
