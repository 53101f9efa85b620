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
    /** Counts row by row, with constant memory. */
    public static final class Counter {
        private final int slack;
        private int flaggedRows;
        private int labelledRows;
        private int rightRows;
        private int events;
        private int foundEvents;
        private int falseAlarms;
        private boolean found;
        private boolean inEvent;
        private int sinceEvent = Integer.MAX_VALUE;

        /** @param slack rows after an event in which an alarm still counts as its own */
        public Counter(int slack) {
            this.slack = slack;
        }

        /**
         * Takes a row.
         *
         * @param flagged whether its score reaches the threshold
         * @param alarm whether an alarm is raised at it
         * @param label whether it is anomalous
         */
        public void add(boolean flagged, boolean alarm, boolean label) {
            flaggedRows += flagged ? 1 : 0;
            labelledRows += label ? 1 : 0;
            rightRows += flagged && label ? 1 : 0;
            if (label && !inEvent) {
                events++;
                found = false;
            }
            inEvent = label;
            sinceEvent = label ? 0 : sinceEvent == Integer.MAX_VALUE ? sinceEvent : sinceEvent + 1;
            if (alarm && sinceEvent <= slack) {
                foundEvents += found ? 0 : 1;
                found = true;
            } else if (alarm) {
                falseAlarms++;
            }
        }

        /** The rows so far. */
        public LabelledScore score() {
            return new LabelledScore(flaggedRows, labelledRows, rightRows, events, foundEvents, falseAlarms);
        }
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
