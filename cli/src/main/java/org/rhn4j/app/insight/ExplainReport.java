package org.rhn4j.app.insight;

import static org.rhn4j.app.pages.ReportPage.round;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.pages.ReportLanguage;
import org.rhn4j.app.pages.ReportPage;
import org.rhn4j.app.pages.ReportText;
import org.rhn4j.insight.Finding;
import org.rhn4j.insight.LossUnit;
import org.rhn4j.insight.ModelExplanation;

/** Makes of explanations one HTML page with charts, which needs nothing beside it. */
final class ExplainReport {
    private ExplainReport() {}

    /**
     * The page.
     *
     * @param models one, or two to be shown side by side
     */
    static String html(List<ExplainedModel> models, ReportLanguage language) {
        FindingSentences sentences = FindingSentences.of(language);
        Page page = new Page(
                models.stream().map(model -> Model.of(model, sentences)).toList(), sentences.all());
        String title = sentences.text("page.title") + " · " + models.getFirst().name();
        return ReportPage.html("explain", title, language, page);
    }

    /** The page's data; its keys are what the script of explain.html reads. */
    private record Page(List<Model> models, Map<String, String> text) {}

    private record Model(
            String name,
            String network,
            String lossUnit,
            long tokens,
            double loss,
            @Nullable Double perplexity,
            ExplainData.Stretched stretch,
            List<ExplainData.Layer> layers,
            List<Found> findings,
            @Nullable HealthData health) {
        static Model of(ExplainedModel model, FindingSentences sentences) {
            ModelExplanation e = model.explanation();
            boolean text = e.lossUnit() == LossUnit.NATS_PER_TOKEN;
            FindingSentences ofModel = sentences.in(e.lossUnit());
            return new Model(
                    model.name(),
                    model.network(),
                    ReportText.key(e.lossUnit()),
                    e.tokens(),
                    round(e.loss()),
                    text ? Double.valueOf(round(Math.exp(e.loss()))) : null,
                    ExplainData.Stretched.of(e.stretch()),
                    e.layers().stream().map(ExplainData.Layer::of).toList(),
                    e.findings().stream()
                            .map(finding -> Found.of(finding, ofModel))
                            .toList(),
                    HealthData.of(model.health(), sentences));
        }
    }

    private record Found(String severity, String sentence, String units, String action) {
        static Found of(Finding finding, FindingSentences sentences) {
            return new Found(
                    ReportText.key(finding.severity()),
                    sentences.sentence(finding),
                    sentences.units(finding),
                    sentences.action(finding));
        }
    }
}
