package org.rhn4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UserErrorTest {
    @Test
    void message_thatQuotesMegabytes_keepsWhereAndWhatToDo() {
        String cell = "7".repeat(10_000_000);
        String message = new UserError("a.csv, line 3: \"" + cell + "\" is no number; mend it.").getMessage();
        assertThat(message)
                .hasSizeLessThan(1000)
                .startsWith("a.csv, line 3: \"777")
                .contains("7 … (9,999,")
                .endsWith("777\" is no number; mend it.");
    }

    @Test
    void message_isCutBetweenCharacters() {
        String message = new UserError("\uD83D\uDE00".repeat(5000)).getMessage();
        assertThat(message.codePoints().filter(c -> Character.getType(c) == Character.SURROGATE))
                .isEmpty();
    }

    @Test
    void message_ofASentence_isLeftAsItIs() {
        String sentence = "x".repeat(1000);
        assertThat(new UserError(sentence, new IllegalStateException())).hasMessage(sentence);
    }
}
