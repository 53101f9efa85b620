package org.rhn4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rhn4j.OwnJvm;

/** Use after close, and threads beside one another: never a crash, and never a wrong figure. */
class LifecycleTest {
    @ParameterizedTest
    @CsvSource({
        "values-of-a-closed-model, refused: the model is closed",
        "set-values-of-a-closed-model, refused: the model is closed",
        "save-of-a-closed-detector, refused: the network is closed",
        "row-for-a-closed-detector, refused: the network is closed",
        "restore-of-a-closed-detector, refused: the network is closed",
        "predictor-of-a-closed-model, refused: the model is closed",
        "row-for-a-closed-predictor, refused: the network is closed",
        "new-predictor-of-a-closed-model, refused: the model is closed",
        "loss-of-a-closed-language-model, refused: the model is closed",
        "token-for-a-closed-generator, refused: the network is closed",
        "forecast-of-a-closed-forecaster, refused: the network is closed",
        "forecast-on-a-closed-engine, refused: the engine is closed",
        "model-closed-while-another-thread-evaluates, result: defined",
        "engine-closed-while-another-thread-evaluates, result: defined",
        "detector-closed-while-another-thread-adds, result: defined",
        "forecaster-shared-by-two-threads, result: 0 of 4000 wrong",
        "predictor-shared-by-two-threads, result: 0 of 4000 wrong"
    })
    void isDefined(String situation, String end) {
        OwnJvm.Ended ended = new OwnJvm()
                .run(
                        Lifecycle.class,
                        situation,
                        EarlierModelsTest.MODELS.toAbsolutePath().toString());
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output().lines().filter(line -> !line.startsWith("WARNING")))
                .containsExactly(end);
    }
}
