package org.rhn4j.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.anomaly.AnomalyConfiguration;
import org.rhn4j.tasks.failure.FailureConfiguration;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.text.LanguageModelConfiguration;

/** Every configuration that docs/model-format.md shows is one that the reader takes, in either spelling. */
class ModelFormatTest {
    private static final Pattern EXAMPLE = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("\"[a-z]+(-[a-z]+)+\"");

    @TempDir
    private Path folder;

    private static List<String> examples() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "model-format.md"));
        List<String> examples = new ArrayList<>();
        Matcher matcher = EXAMPLE.matcher(document);
        while (matcher.find()) {
            examples.add(matcher.group(1));
        }
        return examples;
    }

    private Object read(String example) throws IOException {
        Path file = Files.writeString(folder.resolve("config.json"), example);
        String task = Json.stringAt(file, "task").orElseThrow();
        return switch (task) {
            case LanguageModelConfiguration.TASK -> LanguageModelConfiguration.read(file);
            case AnomalyConfiguration.TASK -> Json.read(file, AnomalyConfiguration.class);
            case ForecastConfiguration.TASK -> Json.read(file, ForecastConfiguration.class);
            case FailureConfiguration.TASK -> Json.read(file, FailureConfiguration.class);
            default -> throw new AssertionError("an example of the task " + task);
        };
    }

    @Test
    void examples_areRead() throws IOException {
        List<String> examples = examples();
        assertThat(examples).hasSize(4);
        for (String example : examples) {
            assertThat(read(example)).isNotNull();
        }
    }

    @Test
    void examples_withUnderscores_areReadAlike() throws IOException {
        int spelt = 0;
        for (String example : examples()) {
            Matcher words = WORD.matcher(example);
            String other = words.replaceAll(found -> found.group().equals("\"language-model\"")
                    ? found.group()
                    : found.group().replace('-', '_'));
            spelt += other.equals(example) ? 0 : 1;
            assertThat(text(read(other))).isEqualTo(text(read(example)));
        }
        assertThat(spelt).isGreaterThanOrEqualTo(2);
    }

    private static String text(Object configuration) {
        return configuration instanceof LanguageModelConfiguration model
                ? model.toString()
                : Json.toText(configuration);
    }

    @Test
    void words_ofTheDocument_areTheOnesThatAreWritten() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "model-format.md"));
        assertThat(document)
                .contains("`dt-rnn`", "`student-t`", "`seasonal-difference`", "\"hour-of-day\"")
                .doesNotContain("dt_rnn", "hour_of_day", "student_t", "seasonal_difference", "negative_binomial");
    }
}
