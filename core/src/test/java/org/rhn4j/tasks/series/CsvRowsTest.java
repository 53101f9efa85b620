package org.rhn4j.tasks.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;

class CsvRowsTest {
    @TempDir
    private Path folder;

    private CsvRows open(String text) throws IOException {
        return open(text, ReadingOptions.AUTOMATIC);
    }

    private CsvRows open(String text, ReadingOptions options) throws IOException {
        return CsvRows.open(Files.writeString(folder.resolve("table.csv"), text), options);
    }

    @Test
    void open_aFirstLineThatTellsTheDelimiter_isNoHeader() throws IOException {
        for (String table : List.of(
                "sep=;\ndate;sold\n2024-01-01;1,5\n2024-01-02;x\n",
                "SEP=;\r\ndate;sold\r\n2024-01-01;1,5\r\n2024-01-02;x",
                "\"sep=;\"\rdate;sold\r2024-01-01;1,5\r2024-01-02;x\r")) {
            try (CsvRows rows = open(table)) {
                assertThat(rows.columns()).containsExactly("date", "sold");
                rows.next();
                assertThat(rows.number(1)).isEqualTo(1.5);
                assertThat(rows.line()).isEqualTo(3);
                rows.next();
                assertThatThrownBy(() -> rows.number(1)).hasMessageContaining("line 4, column 2 (sold)");
            }
        }
    }

    @Test
    void next_linesThatEndInACarriageReturnAlone() throws IOException {
        try (CsvRows rows = open("a,b\r1,2\r3,x\r")) {
            rows.next();
            assertThat(rows.cell(1)).isEqualTo("2");
            rows.next();
            assertThat(rows.line()).isEqualTo(3);
            assertThatThrownBy(() -> rows.number(1))
                    .hasMessageContaining("line 3, column 2 (b): \"x\" is not a number");
            assertThat(rows.next()).isFalse();
        }
        byte[] zero = "a,b\r1,2\r3,\0".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> {
                    try (CsvRows rows =
                            CsvRows.open(new ByteArrayInputStream(zero), "rows", ReadingOptions.AUTOMATIC)) {
                        drain(rows);
                    }
                })
                .isInstanceOf(UserError.class)
                .hasMessageContaining("rows, line 3, column 3: a zero byte");
    }

    @Test
    void next_carriageReturnsAlone_takeNoMoreTimeThanLineFeeds() throws IOException {
        int rows = 300_000;
        String feeds = "a,b\n" + "12345,1.5\n".repeat(rows);
        long fed = time(() -> read(feeds));
        long returned = time(() -> read(feeds.replace('\n', '\r')));
        // the time grew with the square of the rows before: a hundredfold here
        assertThat(returned).isLessThan(10 * fed + 1_000_000_000L);
    }

    private long read(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (CsvRows rows = CsvRows.open(new ByteArrayInputStream(bytes), "rows", ReadingOptions.AUTOMATIC)) {
            return drain(rows);
        }
    }

    private static long drain(CsvRows rows) {
        while (rows.next()) {
            rows.cell(0);
        }
        return rows.rows();
    }

    private static long time(Supplier<Long> task) {
        long start = System.nanoTime();
        assertThat(task.get()).isPositive();
        return System.nanoTime() - start;
    }

    @Test
    void number_aMissingNumberHoweverItIsWritten() throws IOException {
        ReadingOptions options = ReadingOptions.AUTOMATIC.withMissing(List.of("-999", "off"));
        try (CsvRows rows = open("a\n-999\n-999.0\n-9.99e2\noff\nOFF\n", options)) {
            for (int i = 0; i < 4; i++) {
                rows.next();
                assertThat(rows.number(0)).as(rows.cell(0)).isNaN();
            }
            rows.next();
            assertThatThrownBy(() -> rows.number(0)).hasMessageContaining("\"OFF\" is not a number");
        }
        try (CsvRows rows = open("a;b\n1,5;-999,00\n", options)) {
            rows.next();
            assertThat(rows.number(1)).isNaN();
        }
    }

    @Test
    void number_aLongCell_isShortened() throws IOException {
        try (CsvRows rows = open("a,b\n1,2\n1," + "9".repeat(100_000) + "\n")) {
            rows.next();
            rows.next();
            assertThatThrownBy(() -> rows.number(1))
                    .hasMessageContaining("is infinite")
                    .extracting(Throwable::getMessage)
                    .satisfies(message -> assertThat(message.length()).isLessThan(300));
        }
    }

    @Test
    void flag_yesAndNo() throws IOException {
        List<Boolean> flags = new ArrayList<>();
        try (CsvRows rows = open("a,b\n1,1\n1,0\n1,True\n1,FALSE\n1,yes\n1,N\n1,\n1,NA\n1,1.0\n1,0.0\n")) {
            while (rows.next()) {
                flags.add(rows.flag(1));
            }
        }
        assertThat(flags).containsExactly(true, false, true, false, true, false, false, false, true, false);
    }

    @Test
    void flag_anythingElse_isRefusedUnlessItIsTold() throws IOException {
        for (String cell : List.of("Attack", "2", "-1", "0.5")) {
            try (CsvRows rows = open("a,b\n1," + cell + "\n")) {
                rows.next();
                assertThatThrownBy(() -> rows.flag(1)).isInstanceOfSatisfying(UserError.class, refusal -> {
                    assertThat(refusal)
                            .hasMessageContaining("line 2, column 2 (b): \"" + cell + "\" says neither yes nor no");
                    assertThat(refusal.settings()).containsExactly("yes", "no");
                });
            }
        }
        ReadingOptions told = ReadingOptions.AUTOMATIC.withYesNo(
                new ReadingOptions.YesNo(List.of("Attack", "-1"), List.of("Normal", "1")));
        try (CsvRows rows = open("b,a\nAttack,x\n-1,x\nNormal,x\n1,x\n,x\n", told)) {
            List<Boolean> flags = new ArrayList<>();
            while (rows.next()) {
                flags.add(rows.flag(0));
            }
            assertThat(flags).containsExactly(true, true, false, false, false);
        }
    }
}
