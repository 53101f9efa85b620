package org.rhn4j.app.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rhn4j.tasks.failure.FailureEvaluator;
import org.rhn4j.tasks.failure.LifeScore;
import org.rhn4j.tasks.failure.SoonScore;

/** Scores of predicted failures, in sentences. */
public final class FailureSentences {
    private FailureSentences() {}

    /** @param what of what the scores are */
    public static List<String> of(FailureEvaluator.Evaluation evaluation, String what) {
        List<String> lines = new ArrayList<>();
        @Nullable LifeScore life = evaluation.life();
        if (life != null) {
            lines.add("remaining life (%s): %s".formatted(what, of(life)));
        }
        @Nullable SoonScore soon = evaluation.soon();
        if (soon != null) {
            lines.add("failure soon (%s): %s".formatted(what, of(soon)));
        }
        return lines;
    }

    public static String of(LifeScore score) {
        return String.format(
                Locale.ROOT,
                "RMSE %.2f, NASA score %.0f, mean error %.2f; %.0f %% of %,d lives in intervals of mean width %.1f",
                score.rootMeanSquare(),
                score.nasa(),
                score.meanAbsolute(),
                100 * score.coverage(),
                score.count(),
                score.meanWidth());
    }

    public static String of(SoonScore score) {
        return String.format(
                Locale.ROOT,
                "log loss %.4f, Brier score %.4f, area under the curve %s; %,d of %,d were followed by a failure",
                score.logLoss(),
                score.brier(),
                Double.isNaN(score.areaUnderCurve())
                        ? "– (all ended alike)"
                        : String.format(Locale.ROOT, "%.4f", score.areaUnderCurve()),
                score.failures(),
                score.count());
    }
}
