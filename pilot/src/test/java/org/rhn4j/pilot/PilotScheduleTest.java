package org.rhn4j.pilot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;

class PilotScheduleTest {
    private static PilotSettings settings(double minutes, int seeds) {
        return new PilotSettings(
                28, minutes, seeds, CellKind.LSTM, List.of(1, 2, 3, 5), 10_000, 2, Optional.empty(), 0.1, "USD", 7);
    }

    @Test
    void runs_takeEachSeedThroughAllNetworks() {
        List<PilotListener.Run> runs = PilotSchedule.runs(settings(5, 3));

        assertThat(runs).hasSize(15);
        assertThat(runs.subList(0, 5)).extracting(PilotListener.Run::seed).containsOnly(7L);
        assertThat(runs.subList(0, 6))
                .extracting(PilotListener.Run::name)
                .containsExactly(
                        ContenderName.of(CellKind.LSTM, 1),
                        ContenderName.rhn(1),
                        ContenderName.rhn(2),
                        ContenderName.rhn(3),
                        ContenderName.rhn(5),
                        ContenderName.of(CellKind.LSTM, 1));
    }

    /** 15 trainings, two at a time, are 8 rounds; all of it must end before the time is up. */
    @Test
    void of_leavesTimeForWhatFollows() {
        PilotSchedule schedule = PilotSchedule.of(settings(5, 3), 20, 0.8);

        assertThat(schedule.rounds()).isEqualTo(8);
        assertThat(20 + 8 * (schedule.secondsPerRun() + 0.8)).isBetween(0.85 * 300, 0.9 * 300);
        assertThat(schedule.secondsInAll()).isBetween(0.99 * 300, 300.0);
    }

    @Test
    void requireTime_ofAPilotThatIsTooShort_tellsHowLongItMustBe() {
        assertThatThrownBy(() -> PilotSchedule.requireTime(settings(0.05, 3)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("0.05 minutes are too few for 15 trainings, 2 at a time")
                .hasMessageContaining("at least 0.1 by --minutes");
        PilotSchedule.requireTime(settings(0.1, 3));
    }

    /** Work that was begun is not thrown away. */
    @Test
    void of_onAMachineThatIsTooSlow_endsLater() {
        PilotSchedule schedule = PilotSchedule.of(settings(1, 3), 4, 10);

        assertThat(schedule.secondsPerRun()).isEqualTo(PilotSchedule.FEWEST_SECONDS);
        assertThat(schedule.secondsInAll()).isBetween(88.0, 96.0);
    }
}
