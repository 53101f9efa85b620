package org.rhn4j.tasks.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FailureScoreTest {
    @Test
    void lifeScore_twoPredictions_asByHand() {
        LifeScore.Counter counter = new LifeScore.Counter();
        counter.add(new FailurePrediction(60, 50, 80, Double.NaN), 50); // too long by 10
        counter.add(new FailurePrediction(37, 30, 40, Double.NaN), 63); // too short by 26
        LifeScore score = counter.score();
        assertThat(score.count()).isEqualTo(2);
        assertThat(score.rootMeanSquare()).isCloseTo(Math.sqrt((100 + 676) / 2.0), within(1e-12));
        assertThat(score.meanAbsolute()).isEqualTo(18);
        assertThat(score.nasa()).isCloseTo(Math.E - 1 + Math.exp(2) - 1, within(1e-12));
        assertThat(score.coverage()).isEqualTo(0.5);
        assertThat(score.meanWidth()).isEqualTo(20);
    }

    @Test
    void soonScore_fewPredictions_asByHand() {
        SoonScore.Counter counter = new SoonScore.Counter();
        counter.add(0.9, true);
        counter.add(0.4, true);
        counter.add(0.4, false);
        counter.add(0.1, false);
        SoonScore score = counter.score();
        assertThat(score.failures()).isEqualTo(2);
        assertThat(score.logLoss())
                .isCloseTo(-(Math.log(0.9) + Math.log(0.4) + Math.log(0.6) + Math.log(0.9)) / 4, within(1e-12));
        assertThat(score.brier()).isCloseTo((0.01 + 0.36 + 0.16 + 0.01) / 4, within(1e-12));
        // Of the four pairs three are right, and one is even.
        assertThat(score.areaUnderCurve()).isCloseTo(3.5 / 4, within(1e-12));
    }

    @Test
    void soonScore_allOfOneKind_noArea() {
        SoonScore.Counter counter = new SoonScore.Counter();
        counter.add(0.2, false);
        assertThat(counter.score().areaUnderCurve()).isNaN();
    }
}
