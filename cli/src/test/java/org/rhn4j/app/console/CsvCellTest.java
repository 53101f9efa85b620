package org.rhn4j.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CsvCellTest {
    @Test
    void text_isQuotedWhereItNeedsIt() {
        assertThat(CsvCell.of("plain text")).isEqualTo("plain text");
        assertThat(CsvCell.of("")).isEmpty();
        assertThat(CsvCell.of("a,b")).isEqualTo("\"a,b\"");
        assertThat(CsvCell.of("say \"hi\"\n")).isEqualTo("\"say \"\"hi\"\"\n\"");
    }

    /** What a spreadsheet would run it shows instead. */
    @Test
    void formulas_standBehindAnApostrophe() {
        for (String formula : List.of("=1+1", "+49 30 1234", "-1-1", "-A1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1")) {
            assertThat(CsvCell.of(formula)).isEqualTo("'" + formula);
        }
        assertThat(CsvCell.of("=HYPERLINK(\"http://x\",1)")).isEqualTo("\"'=HYPERLINK(\"\"http://x\"\",1)\"");
        assertThat(CsvCell.of("\r=1")).isEqualTo("\"'\r=1\"");
    }

    @Test
    void numbers_stayNumbers() {
        for (String number : List.of("-12", "+3.5e-7", "-.5", "-7.", "-")) {
            assertThat(CsvCell.of(number)).isEqualTo(number);
        }
        assertThat(CsvCell.of("-0,5")).isEqualTo("\"-0,5\"");
    }
}
