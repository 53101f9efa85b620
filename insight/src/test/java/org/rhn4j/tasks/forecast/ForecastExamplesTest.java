package org.rhn4j.tasks.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.UserError;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.insight.ExplainProgress;
import org.rhn4j.insight.ExplainSettings;
import org.rhn4j.insight.ModelExplainer;
import org.rhn4j.insight.ModelExplanation;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.series.SeriesExamples;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;
import org.rhn4j.training.SequenceTask;
import org.rhn4j.training.TrainingListener;

class ForecastExamplesTest {
    private static final int HORIZON = 6;
    private static final int CONTEXT = 24;
    private static final int PATCH = 4;

    @TempDir
    private Path folder;

    @Test
    void aTrainedForecasterIsExplained_onItsOwnWindowsAndLoss() {
        SeriesSet set = ForecastSets.waves(2, 200);
        List<TimeSplit.Parts> parts = new TimeSplit.LastRows(30, 30).of(set);
        ForecastConfiguration configuration = ForecastPlan.of(new RecurrentStack(CellKind.LSTM, 8, 1, 1), HORIZON)
                .withContext(CONTEXT, PATCH)
                .withSeason(ForecastSets.SEASON)
                .configuration(set, parts);
        try (Engine engine = Engine.builder().threads(1).build();
                ForecastTrainer trainer = new ForecastTrainer(
                        engine,
                        set,
                        parts,
                        List.of(),
                        configuration,
                        ForecastPlan.settings().toBuilder().batch(16).epochs(1).build(),
                        folder,
                        TrainingListener.SILENT)) {
            trainer.train();
            SeriesExamples examples = trainer.model().examples(set);

            assertThat(examples.count()).isEqualTo(2 * (200 - CONTEXT - HORIZON + 1));
            assertThat(examples.place(0, 0).row()).isEqualTo(PATCH - 1);
            assertThat(examples.place(0, CONTEXT / PATCH - 1).row()).isEqualTo(CONTEXT - 1);
            assertThat(examples.place(examples.count() - 1, 0).series())
                    .isEqualTo(set.series().get(1));
            SequenceTask.Batch one = examples.batch(new int[] {7});
            SequenceTask.Batch two = examples.batch(new int[] {7, 300});
            float[] outputs = new float[configuration.outputSize()];
            float[] gradient = new float[outputs.length];
            assertThat(two.loss().apply(0, outputs, gradient))
                    .isCloseTo(one.loss().apply(0, outputs, gradient) / 2, within(1e-9));

            ExplainSettings settings = ExplainSettings.builder()
                    .tokens(400)
                    .snapshots(2)
                    .exponents(2)
                    .lesionTokens(400)
                    .unitsShown(1)
                    .unitGroups(0)
                    .build();
            ModelExplanation found = ModelExplainer.explain(engine, examples, settings, ExplainProgress.SILENT);

            assertThat(found.loss()).isPositive();
            assertThat(found.layers().getFirst().lesions()).hasSize(3);
            assertThat(found.layers().getFirst().reach().mean()).hasSize(CONTEXT / PATCH);
            SeriesSet tooShort = set.with(List.of(set.series().getFirst().slice(0, CONTEXT)));
            assertThatThrownBy(() -> trainer.model().examples(tooShort))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("30 rows");
        }
    }
}
