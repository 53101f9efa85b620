package org.rhn4j.tasks.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LabelledScoreTest {
    private static boolean[] rows(int... marked) {
        boolean[] rows = new boolean[20];
        for (int row : marked) {
            rows[row] = true;
        }
        return rows;
    }

    private static LabelledScore score(boolean[] flagged, boolean[] alarms, boolean[] labels) {
        LabelledScore.Counter counter = new LabelledScore.Counter(2);
        for (int row = 0; row < labels.length; row++) {
            counter.add(flagged[row], alarms[row], labels[row]);
        }
        return counter.score();
    }

    @Test
    void countsRowsAndEvents() {
        LabelledScore score = score(rows(1, 4, 5, 12), rows(1, 4, 5, 12), rows(4, 5, 6, 10, 11));
        assertThat(score).isEqualTo(new LabelledScore(4, 5, 2, 2, 2, 1));
        assertThat(score.rowPrecision()).isEqualTo(0.5);
        assertThat(score.rowRecall()).isEqualTo(0.4);
        assertThat(score.eventPrecision()).isEqualTo(2 / 3.0);
        assertThat(score.eventRecall()).isEqualTo(1);
    }

    @Test
    void alarmAfterTheSlackIsFalse() {
        LabelledScore score = score(rows(), rows(9), rows(4, 5, 6));
        assertThat(score.foundEvents()).isZero();
        assertThat(score.falseAlarms()).isEqualTo(1);
        assertThat(score.rowPrecision()).isNaN();
    }
}
