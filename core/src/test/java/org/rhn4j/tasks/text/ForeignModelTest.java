package org.rhn4j.tasks.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.onednn.OneDnn;
import org.rhn4j.store.Json;

/** A model folder that a NumPy program wrote, with the loss that it computed in double precision. */
class ForeignModelTest {
    private static final Path FOLDER = Path.of("src/test/resources/foreign-model");

    /** What the other program computed. */
    record Expected(double loss, double perplexity, long tokens) {}

    @Test
    void evaluate_inF32_agreesWithTheProgramThatWroteTheModel() {
        checkPerplexity(Precision.F32, 1e-5);
    }

    @Test
    void evaluate_inBf16_agreesWithTheProgramThatWroteTheModel() {
        assumeTrue(OneDnn.hasBf16(), "this processor has no bf16 products");
        checkPerplexity(Precision.BF16, 0.01);
    }

    private static void checkPerplexity(Precision precision, double relative) {
        Expected expected = Json.read(FOLDER.resolve("expected.json"), Expected.class);
        try (Engine engine = Engine.builder().precision(precision).build();
                LanguageModel model = LanguageModel.load(FOLDER, engine)) {
            int[] ids = model.corpus().encode(FOLDER.resolve("text.txt"), model.vocabulary(), UnknownTokens.REJECT);
            Evaluation evaluation = model.evaluate(ids);

            assertThat(evaluation.tokens()).isEqualTo(expected.tokens());
            assertThat(evaluation.perplexity())
                    .isCloseTo(expected.perplexity(), within(relative * expected.perplexity()));
        }
    }
}
