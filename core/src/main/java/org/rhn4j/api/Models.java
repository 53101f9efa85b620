package org.rhn4j.api;

import java.nio.file.Path;
import java.util.function.Function;
import org.rhn4j.UserError;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.anomaly.AnomalyConfiguration;
import org.rhn4j.tasks.failure.FailureConfiguration;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.LanguageModelConfiguration;

/** Opens models whatever they are for. */
public final class Models {
    private Models() {}

    /**
     * Loads a model folder of any task.
     *
     * @throws UserError if it is missing or damaged, or its task is none of this version's
     */
    public static Model load(Path folder) {
        Path file = folder.resolve(LanguageModel.CONFIGURATION_FILE);
        FileProblems.requireReadableFile(file);
        // models of texts were the first, and their configurations need not say so
        String task = Json.stringAt(file, "task").orElse(LanguageModelConfiguration.TASK);
        return switch (task) {
            case LanguageModelConfiguration.TASK -> TextModel.load(folder);
            case ForecastConfiguration.TASK -> ForecastModel.load(folder);
            case AnomalyConfiguration.TASK -> AnomalyModel.load(folder);
            case FailureConfiguration.TASK -> FailureModel.load(folder);
            default ->
                throw new UserError(
                        "%s is of a model for the task %s, which this version does not know.".formatted(file, task));
        };
    }

    /** A model on an engine that is closed where the model cannot be had. */
    static <T> T loadOn(Engine engine, Function<Engine, T> loader) {
        try {
            return loader.apply(engine);
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }
}
