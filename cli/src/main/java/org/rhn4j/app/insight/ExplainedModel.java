package org.rhn4j.app.insight;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.app.console.Descriptions;
import org.rhn4j.app.evaluate.TestText;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.insight.ExplainProgress;
import org.rhn4j.insight.ExplainSettings;
import org.rhn4j.insight.ModelExplainer;
import org.rhn4j.insight.ModelExplanation;
import org.rhn4j.insight.UnitActivity;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.JsonLines;
import org.rhn4j.tasks.anomaly.AnomalyConfiguration;
import org.rhn4j.tasks.anomaly.AnomalyModel;
import org.rhn4j.tasks.failure.FailureConfiguration;
import org.rhn4j.tasks.failure.FailureModel;
import org.rhn4j.tasks.forecast.ForecastConfiguration;
import org.rhn4j.tasks.forecast.ForecastModel;
import org.rhn4j.tasks.histories.HistoryReader;
import org.rhn4j.tasks.histories.HistorySet;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesExamples;
import org.rhn4j.tasks.series.SeriesReader;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.LanguageModelConfiguration;
import org.rhn4j.tasks.text.UnknownTokens;
import org.rhn4j.training.HealthMonitor;
import org.rhn4j.training.TrainingHealth;

/**
 * A model of any task with what was found out about it.
 *
 * @param name of its folder
 * @param network in one line
 * @param explanation what was found
 * @param health how its training went; empty where its folder does not tell
 */
record ExplainedModel(String name, String network, ModelExplanation explanation, List<TrainingHealth> health) {
    /** How a model is explained. */
    record Request(Path data, boolean mapUnknown, List<UnitActivity.Choice> units, ExplainProgress progress) {
        /** Settings that take a model of any size a minute or two. */
        ExplainSettings settings(long parameters, int parts) {
            return ExplainSettings.fitting(parameters, parts).toBuilder()
                    .chosenUnits(units)
                    .build();
        }
    }

    /**
     * Opens a model of any task and explains it.
     *
     * @throws UserError if the folder holds no model, or the data does not fit it
     */
    static ExplainedModel of(Path folder, Engine engine, Request request) {
        return switch (ModelDescription.task(folder)) {
            case LanguageModelConfiguration.TASK -> text(folder, engine, request);
            case AnomalyConfiguration.TASK -> anomaly(folder, engine, request);
            case ForecastConfiguration.TASK -> forecast(folder, engine, request);
            case FailureConfiguration.TASK -> failure(folder, engine, request);
            default ->
                throw new UserError("%s is of a model for the task %s, which this version cannot explain."
                        .formatted(folder.resolve(AnomalyConfiguration.FILE), ModelDescription.task(folder)));
        };
    }

    private static ExplainedModel text(Path folder, Engine engine, Request request) {
        Path file = TestText.of(request.data);
        try (LanguageModel model = LanguageModel.load(folder, engine)) {
            UnknownTokens unknown = request.mapUnknown ? UnknownTokens.MAP : UnknownTokens.REJECT;
            int[] ids = model.corpus().encode(file, model.vocabulary(), unknown);
            LanguageModelConfiguration c = model.configuration();
            ExplainSettings settings = request.settings(c.parameterCount(), c.depth() * c.layers());
            ModelExplanation found = ModelExplainer.explain(model, ids, settings, request.progress);
            return new ExplainedModel(name(folder), Descriptions.network(c), found, health(folder));
        }
    }

    private static ExplainedModel anomaly(Path folder, Engine engine, Request request) {
        try (AnomalyModel model = AnomalyModel.load(folder, engine)) {
            AnomalyConfiguration c = model.configuration();
            Series series = read(new SeriesReader(c.schema(), c.reading()), request)
                    .series()
                    .getFirst();
            return series(folder, c.network(), c.parameterCount(), engine, model.examples(series), request);
        }
    }

    private static ExplainedModel forecast(Path folder, Engine engine, Request request) {
        try (ForecastModel model = ForecastModel.load(folder, engine)) {
            ForecastConfiguration c = model.configuration();
            SeriesExamples examples = model.examples(read(c.reader(), request));
            return series(folder, c.network(), c.parameterCount(), engine, examples, request);
        }
    }

    private static ExplainedModel failure(Path folder, Engine engine, Request request) {
        try (FailureModel model = FailureModel.load(folder, engine)) {
            FailureConfiguration c = model.configuration();
            FileProblems.requireReadableFile(request.data);
            HistorySet set = new HistoryReader(c.trainingSchema(), c.reading(), c.fill()).read(request.data);
            return series(folder, c.network(), c.parameterCount(), engine, model.examples(set), request);
        }
    }

    private static SeriesSet read(SeriesReader reader, Request request) {
        FileProblems.requireReadableFile(request.data);
        return reader.read(request.data);
    }

    private static ExplainedModel series(
            Path folder,
            RecurrentStack network,
            long parameters,
            Engine engine,
            SeriesExamples examples,
            Request request) {
        ExplainSettings settings = request.settings(parameters, network.depth() * network.layers());
        ModelExplanation found = ModelExplainer.explain(engine, examples, settings, request.progress);
        return new ExplainedModel(name(folder), Descriptions.network(network, parameters), found, health(folder));
    }

    private static String name(Path folder) {
        return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    }

    private static List<TrainingHealth> health(Path folder) {
        Path file = folder.resolve(HealthMonitor.FILE);
        List<TrainingHealth> lines =
                Files.exists(file) ? new JsonLines<>(file, TrainingHealth.class).read() : List.of();
        for (int i = 1; i < lines.size(); i++) {
            if (!shape(lines.get(i)).equals(shape(lines.getFirst()))) {
                throw new UserError(
                        "%s, line %d: its layers are not those of line 1, so lines of two models are in it; restore the file, or take it away, for the model does without."
                                .formatted(file, i + 1));
            }
        }
        return lines;
    }

    /** How many micro-layers each layer has. */
    private static List<Integer> shape(TrainingHealth line) {
        return line.layers().stream().map(List::size).toList();
    }
}
