package org.rhn4j.tasks.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.MemoryBudget;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingSettings;

class MemoryRefusalTest {
    @Test
    void trainer_withMoreThanTheMachineHas_refusesBeforeItStarts(@TempDir Path folder) throws Exception {
        assumeTrue(MemoryBudget.availableBytes() < 60L << 30, "this machine could hold the network");
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "a b c d e f g h\n".repeat(200));
        TextSplits splits = TextSplits.read(text, new Corpus(TextUnit.WORD, false));
        LanguageModelConfiguration configuration = LanguageModelConfiguration.builder()
                .vocabularySize(splits.vocabulary().size())
                .embeddingSize(8)
                .hiddenSize(8)
                .tiedEmbeddings(true)
                .depth(20)
                .build();
        TrainingSettings settings =
                TrainingSettings.builder().batch(1).window(100).build();
        Path out = folder.resolve("model");
        try (Engine engine = Engine.builder().threads(1).build()) {
            // fits: some hundred MB at most
            new LanguageModelTrainer(engine, splits, configuration, settings, out, TrainingListener.SILENT).close();

            LanguageModelConfiguration huge = configuration.toBuilder()
                    .embeddingSize(45_000)
                    .hiddenSize(45_000)
                    .depth(1)
                    .build();
            assertThatExceptionOfType(UserError.class)
                    .isThrownBy(() ->
                            new LanguageModelTrainer(engine, splits, huge, settings, out, TrainingListener.SILENT))
                    .withMessageContaining("GiB of memory")
                    .withMessageContaining("available");
        }
        assertThat(out.resolve("model.safetensors")).doesNotExist();
    }
}
