package org.rhn4j.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.rhn4j.tasks.text.TextUnit;

class FormatsTest {
    @Test
    void durationsHaveTwoUnitsAtMost() {
        assertThat(Formats.duration(0.44)).isEqualTo("0.4 s");
        assertThat(Formats.duration(9.96)).isEqualTo("10 s");
        assertThat(Formats.duration(59.4)).isEqualTo("59 s");
        assertThat(Formats.duration(59.6)).isEqualTo("1 min 00 s");
        assertThat(Formats.duration(3599)).isEqualTo("59 min 59 s");
        assertThat(Formats.duration(3600)).isEqualTo("1 h 00 min");
        assertThat(Formats.duration(86_400 + 7200)).isEqualTo("1 d 02 h");
    }

    @Test
    void guessedDurationsHaveOne() {
        assertThat(Formats.about(0.2)).isEqualTo("1 s");
        assertThat(Formats.about(44.1)).isEqualTo("45 s");
        assertThat(Formats.about(100)).isEqualTo("2 min");
        assertThat(Formats.about(3700)).isEqualTo("1 h 02 min");
    }

    @Test
    void settingsHaveNoNeedlessZeros() {
        assertThat(Formats.setting(10)).isEqualTo("10");
        assertThat(Formats.setting(0.003)).isEqualTo("0.003");
        assertThat(Formats.setting(1e-7)).isEqualTo("1e-7");
        assertThat(Formats.setting(-2)).isEqualTo("-2");
    }

    @Test
    void lossesAreShownAsIsUsualForTheUnit() {
        assertThat(Formats.quality(TextUnit.WORD, Math.log(65.4))).isEqualTo("perplexity 65.40");
        assertThat(Formats.quality(TextUnit.CHARACTER, Math.log(2))).isEqualTo("1.0000 bits per character");
        assertThat(Formats.counted(1, "word")).isEqualTo("1 word");
        assertThat(Formats.counted(10_000, "word")).isEqualTo("10,000 words");
    }
}
