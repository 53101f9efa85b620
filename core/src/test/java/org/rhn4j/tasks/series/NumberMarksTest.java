package org.rhn4j.tasks.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.UserError;
import org.rhn4j.tasks.series.NumberMarks.Kind;

/** A mark that may begin a fraction or set thousands apart is never guessed. */
class NumberMarksTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12.5|POINT_FRACTION",
                "-0.123|POINT_FRACTION",
                "1.2990|POINT_FRACTION",
                "1234.567|POINT_FRACTION",
                "1.299e3|POINT_FRACTION",
                ".5|POINT_FRACTION",
                "1.299|POINT_EITHER",
                "-12.345|POINT_EITHER",
                "1.234.567|POINT_THOUSANDS",
                "2.024,39|POINT_THOUSANDS",
                "2,024.39|COMMA_THOUSANDS",
                "2,080|COMMA_EITHER",
                "2,08|COMMA_FRACTION",
                "996|SMALL",
                "-999|SMALL",
                "2024|LARGE",
                "1e5|PLAIN",
                "1.2.3|NONE",
                "1,23,456|NONE",
                "12.345,678.9|NONE",
                "31.12.2024|NONE",
                "north|NONE",
                "-|NONE",
            })
    void kind_whatACellTells(String cell, Kind kind) {
        assertThat(NumberMarks.kind(cell)).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // what separates cells | the cells of one column | what they are | how it is told
                "; | 996 2024,39 | 996 2024.39 | decimal comma",
                "; | 2.024,39 1.299,00 | 2024.39 1299 | decimal comma, thousands set apart by \".\"",
                "; | 1.299 996 1.234.567 | 1299 996 1234567 | decimal comma, thousands set apart by \".\"",
                "; | 12,5 1.299 | 12.5 1299 | decimal comma, thousands set apart by \".\"",
                ", | 12.5 1.299 | 12.5 1.299 | decimal point",
                ", | 20.879 13.014 | 20.879 13.014 | decimal point",
                "; | 1.299 1500 | 1.299 1500 | decimal point",
                ", | 12.5 \"1,299\" | 12.5 1299 | decimal point, thousands set apart by \",\"",
                "; | 0,299 996 | 0.299 996 | decimal comma",
            })
    void read_marksThatAreTold(String delimiter, String cells, String values, String told) throws IOException {
        Path file = table(delimiter, cells);
        SeriesSet set = read(file, ReadingOptions.AUTOMATIC);
        double[] expected = List.of(values.split(" ")).stream()
                .mapToDouble(Double::parseDouble)
                .toArray();
        assertThat(set.series().getFirst().targets()[0]).startsWith(expected);
        assertThat(set.report().found().getFirst()).endsWith(told + ".");
        SeriesSet again = new SeriesReader(set.schema(), set.report().options()).read(file);
        assertThat(again.series().getFirst().targets()[0])
                .as("read as the model's")
                .startsWith(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "; | 996 1.299 814 | line 3, column 2 (sold): \"1.299\" may be 1299 or a fraction | thousands .",
                ", | 996 1.299 814 | line 3, column 2 (sold): \"1.299\" may be 1299 or a fraction | thousands none",
                "; | 2.024 1.299 | line 2, column 2 (sold): \"2.024\" may be 2024 or a fraction | thousands .",
                "; | 2,080 996 | line 2, column 2 (sold): \"2,080\" may be 2080 or a fraction | thousands ,",
                "; | 2,080 1,299 | line 2, column 2 (sold): \"2,080\" may be 2080 or a fraction | decimal-comma",
                ", | \"2,080\" 996 | line 2, column 2 (sold): \"2,080\" may be 2080 or a fraction | thousands ,",
            })
    void read_marksThatNothingTells_areRefused(String delimiter, String cells, String said, String setting)
            throws IOException {
        Path file = table(delimiter, cells);
        assertThatThrownBy(() -> read(file, ReadingOptions.AUTOMATIC))
                .isInstanceOfSatisfying(UserError.class, refusal -> {
                    assertThat(refusal).hasMessageContaining(said);
                    assertThat(refusal.settings()).contains(setting);
                });
    }

    @Test
    void read_marksThatOptionsTell() throws IOException {
        Path german = table(";", "996 1.299 814");
        ReadingOptions point = ReadingOptions.AUTOMATIC.withThousands(".");
        assertThat(values(german, point)).startsWith(996, 1299, 814);
        assertThat(values(german, ReadingOptions.AUTOMATIC.withThousands(ReadingOptions.NO_THOUSANDS)))
                .startsWith(996, 1.299, 814);
        Path english = table(";", "2,080 996");
        assertThat(values(english, ReadingOptions.AUTOMATIC.withThousands(","))).startsWith(2080, 996);
        assertThat(values(english, ReadingOptions.AUTOMATIC.withDecimalComma(true)))
                .startsWith(2.08, 996);
        Path blanks = table(";", "1\u00a0299,5 996,0");
        assertThat(values(blanks, ReadingOptions.AUTOMATIC.withThousands(" "))).startsWith(1299.5, 996);
        assertThatThrownBy(() -> read(blanks, ReadingOptions.AUTOMATIC))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is a number only where blanks set thousands apart");
        assertThat(values(table(";", "1'299.5 996"), ReadingOptions.AUTOMATIC.withThousands("'")))
                .startsWith(1299.5, 996);
        assertThatThrownBy(() -> ReadingOptions.AUTOMATIC.withDecimalComma(true).withThousands(","))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("cannot both set thousands apart and begin a fraction");
    }

    @Test
    void read_aMarkBelowTheFirstRows_isRefusedToo() throws IOException {
        StringBuilder text = new StringBuilder("row;sold\n");
        for (int row = 0; row < 1500; row++) {
            text.append("x;").append(100 + row % 7).append('\n');
        }
        Path file = folder.resolve("long.csv");
        Files.writeString(file, text + "x;1.299\n");
        assertThatThrownBy(() -> read(file, ReadingOptions.AUTOMATIC))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("line 1502, column 2 (sold): \"1.299\" may be 1299");
        Files.writeString(file, text + "x;12.5\nx;1.299\n");
        assertThat(values(file, ReadingOptions.AUTOMATIC)).endsWith(12.5, 1.299);
    }

    private double[] values(Path file, ReadingOptions options) {
        return read(file, options).series().getFirst().targets()[0];
    }

    private static SeriesSet read(Path file, ReadingOptions options) {
        return new SeriesReader(SeriesSchema.of("sold").withRowNumbers(), options).read(file);
    }

    private Path table(String delimiter, String cells) throws IOException {
        StringBuilder text = new StringBuilder("place" + delimiter + "sold\n");
        for (String cell : cells.split(" ")) {
            text.append("north").append(delimiter).append(cell).append('\n');
        }
        return Files.writeString(folder.resolve("table.csv"), text);
    }
}
