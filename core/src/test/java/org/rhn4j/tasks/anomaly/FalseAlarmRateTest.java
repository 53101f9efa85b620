package org.rhn4j.tasks.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.Frequency;

class FalseAlarmRateTest {
    @ParameterizedTest
    @CsvSource({"1/week, 168", "2/day, 12", "1/10000, 10000", "3 / 6000 rows, 2000", "0.5/month, 1440"})
    void ratesOfHourlyRows(String text, double rows) {
        assertThat(1 / FalseAlarmRate.perRow(text, Frequency.HOURLY)).isCloseTo(rows, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "often", "1/wek", "1/0", "0/day", "5/10", "-1/day", "1.2.3/day"})
    void whatIsNoRateIsRefused(String text) {
        assertThatThrownBy(() -> FalseAlarmRate.perRow(text, Frequency.HOURLY)).isInstanceOf(UserError.class);
    }

    @Test
    void rowsWithoutTimeHaveNoWeeks() {
        assertThatThrownBy(() -> FalseAlarmRate.perRow("1/week", Frequency.STEPS))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("1/10000");
    }
}
