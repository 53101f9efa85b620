package org.rhn4j.app.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.rhn4j.app.Invocation;
import org.rhn4j.app.Main;

class PresetsTest {
    /** Table 1 and section 5 of the paper, and the authors' code where it says more. */
    @Test
    void thePapersPresetIsThePapers() {
        Map<String, String> published = new TreeMap<>();
        for (String pair : """
            depth=10 hidden=830 epochs=500 minutes=0 batch=20 window=35 optimizer=sgd learning-rate=0.2
            schedule=decay flat-epochs=20 rate-divisor=1.02 clip=10 l2=1e-7 weight-decay=0 average=0
            average-trigger=0 label-smoothing=0 window-deviation=0
            dropout-embedding=0.25 dropout-input=0.75 dropout-state=0.25 dropout-output=0.75 dropout-update=0
                state-reset=0
            init-range=0.04 transform-bias=-2 patience=0 checkpoint-seconds=300 seed=1
            """.split("\\s+")) {
            String[] parts = pair.split("=");
            published.put("--" + parts[0], parts[1]);
        }
        assertThat(new TreeMap<>(Presets.PAPER_PTB.options())).isEqualTo(published);
    }

    @Test
    void theHelpShowsEveryPresetInFullAndAnExample() {
        String help = Invocation.of("train", "text", "--help").out();
        for (Presets.Preset preset : Presets.ALL.values()) {
            preset.options()
                    .forEach((option, value) -> assertThat(help)
                            .containsPattern("(?m)^  " + option + " .* " + Pattern.quote(value) + "( |$)"));
        }
        assertThat(help).contains("Example:\n  rhn train text");
    }

    @Test
    void everyOptionOfAPresetIsAnOption() {
        List<String> known = Main.commandLine()
                .getSubcommands()
                .get("train")
                .getSubcommands()
                .get("text")
                .getCommandSpec()
                .options()
                .stream()
                .map(option -> option.longestName())
                .toList();
        Presets.ALL
                .values()
                .forEach(
                        preset -> assertThat(known).containsAll(preset.options().keySet()));
    }
}
