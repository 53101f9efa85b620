package org.rhn4j.insight;

/**
 * How a network is run over its data.
 *
 * @param steps T of a window
 * @param streams sequences B side by side
 * @param windows windows to run, those that do not count included
 * @param uncounted first windows that only bring the state to where it is typical
 */
record RunShape(int steps, int streams, int windows, int uncounted) {
    /** Steps that count, of all sequences. */
    long counted() {
        return (long) (windows - uncounted) * steps * streams;
    }
}
