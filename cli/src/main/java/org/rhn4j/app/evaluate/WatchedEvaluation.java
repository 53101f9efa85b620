package org.rhn4j.app.evaluate;

import java.util.Locale;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.console.ProgressLine;
import org.rhn4j.tasks.text.Evaluation;
import org.rhn4j.tasks.text.Evaluator;
import org.rhn4j.tasks.text.LanguageModel;

/** An evaluation that tells how far it is, if it takes more than a moment. */
public final class WatchedEvaluation {
    private static final double MOMENT = 2;

    private WatchedEvaluation() {}

    /** An evaluation that can be watched. */
    interface Evaluating {
        public Evaluation evaluate(Evaluator.Watcher watcher);
    }

    /** As {@link LanguageModel#evaluate}, told on a line that is empty again afterwards. */
    public static Evaluation evaluate(LanguageModel model, int[] ids, int streams, ProgressLine line) {
        return evaluate("evaluating", line, watcher -> model.evaluate(ids, streams, watcher));
    }

    /** Any evaluation, told on a line that is empty again afterwards. */
    public static Evaluation evaluate(String what, ProgressLine line, Evaluating evaluating) {
        long start = System.nanoTime();
        try {
            return evaluating.evaluate((done, all) -> {
                double seconds = (System.nanoTime() - start) * 1e-9;
                if (seconds > MOMENT) {
                    line.update(() -> String.format(
                            Locale.ROOT,
                            "%s %d %%, %s tokens/s, %s left",
                            what,
                            100 * done / all,
                            Formats.count(Math.round(done / seconds)),
                            Formats.about(seconds * (all - done) / done)));
                }
            });
        } finally {
            line.clear();
        }
    }
}
