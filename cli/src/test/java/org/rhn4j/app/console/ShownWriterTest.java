package org.rhn4j.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ShownWriterTest {
    private final StringWriter out = new StringWriter();
    private final ShownWriter writer = new ShownWriter(out, true);

    @Test
    void controlCharacters_areShown() {
        writer.print("\u001b[2Jgone\u0007\u009b31m\rover\b\u007f \u202egnp.exe \u2028");
        writer.write('\u001b');
        writer.write(new char[] {'a', '\f', 'b'}, 1, 2);
        writer.printf("%s", "\0");
        assertThat(out)
                .hasToString("\\u001b[2Jgone\\u0007\\u009b31m\\u000dover\\u0008\\u007f \\u202egnp.exe \\u2028"
                        + "\\u001b\\u000cb\\u0000");
    }

    @Test
    void textOfAnyLanguage_linesAndTabs_areLeftAsTheyAre() {
        String text = "grüße\t日本語 \uD83D\uDC68\u200d\uD83D\uDC69 עברית\n";
        writer.print(text);
        assertThat(out).hasToString(text);
    }

    @Test
    void progressLines_areWrittenOver_withNamesShown() {
        ProgressLine line = new ProgressLine(writer, true, () -> 0);
        line.now("unit \u001b[1A\rx");
        line.clear();
        assertThat(out.toString())
                .startsWith("\runit \\u001b[1A\\u000dx")
                .endsWith("\r")
                .doesNotContain("\u001b");
    }
}
