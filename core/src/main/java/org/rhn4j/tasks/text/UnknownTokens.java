package org.rhn4j.tasks.text;

/** What becomes of a token that the vocabulary lacks. */
public enum UnknownTokens {
    /** It is read as {@code <unk>}, if the vocabulary holds that. */
    MAP,
    /** It is an error. */
    REJECT
}
