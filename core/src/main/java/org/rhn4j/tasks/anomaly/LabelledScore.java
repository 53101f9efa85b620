package org.rhn4j.tasks.anomaly;

/**
 * Precision and recall of alarms against labels.
 *
 * <p>By rows: a row is flagged where its score reaches the threshold. By events: an event is a run of labelled rows; it
 * is found where a row of it, or one of the {@code slack} rows after it, raises an alarm; an alarm outside of events and
 * their slack is false.
 *
 * @param flaggedRows rows whose score reaches the threshold
 * @param labelledRows rows that are labelled
 * @param rightRows rows that are both
 * @param events runs of labelled rows
 * @param foundEvents those with an alarm
 * @param falseAlarms alarms outside of events
 */
public record LabelledScore(
        int flaggedRows, int labelledRows, int rightRows, int events, int foundEvents, int falseAlarms) {
    /**
     * Holds flags and alarms against labels.
     *
     * @param flagged rows whose score reaches the threshold
     * @param alarms rows at which an alarm is raised
     * @param labels rows that are anomalous
     */
    public static LabelledScore of(boolean[] flagged, boolean[] alarms, boolean[] labels, int slack) {
        int flaggedRows = 0;
        int labelledRows = 0;
        int rightRows = 0;
        int events = 0;
        int foundEvents = 0;
        int falseAlarms = 0;
        boolean found = false;
        int sinceEvent = Integer.MAX_VALUE;
        for (int row = 0; row < labels.length; row++) {
            flaggedRows += flagged[row] ? 1 : 0;
            labelledRows += labels[row] ? 1 : 0;
            rightRows += flagged[row] && labels[row] ? 1 : 0;
            if (labels[row] && (row == 0 || !labels[row - 1])) {
                events++;
                found = false;
            }
            sinceEvent = labels[row] ? 0 : sinceEvent == Integer.MAX_VALUE ? sinceEvent : sinceEvent + 1;
            if (alarms[row] && sinceEvent <= slack) {
                foundEvents += found ? 0 : 1;
                found = true;
            } else if (alarms[row]) {
                falseAlarms++;
            }
        }
        return new LabelledScore(flaggedRows, labelledRows, rightRows, events, foundEvents, falseAlarms);
    }

    /** Share of the flagged rows that are labelled; NaN where none is flagged. */
    public double rowPrecision() {
        return rightRows / (double) flaggedRows;
    }

    /** Share of the labelled rows that are flagged. */
    public double rowRecall() {
        return rightRows / (double) labelledRows;
    }

    /** Share of the alarms, counting one for each event found, that are of an event; NaN where there is none. */
    public double eventPrecision() {
        return foundEvents / (double) (foundEvents + falseAlarms);
    }

    /** Share of the events that were found. */
    public double eventRecall() {
        return foundEvents / (double) events;
    }
}
