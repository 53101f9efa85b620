package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.rhn4j.UserError;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Parameters;
import org.rhn4j.insight.ExplainProgress.Stage;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.Precision;
import org.rhn4j.tasks.text.LanguageModel;

/**
 * Explains a trained language model on a text: where the eigenvalues of its steps lie, how perturbations and gradients
 * grow, what its gates do, what each micro-layer is worth, and what stands out.
 *
 * <p>Everything is measured in f32 and without dropout; a model on a bf16 engine is given an f32 engine for it, with as
 * many threads. During lesions its biases change, and are put back: nothing else may use the model meanwhile.
 */
public final class ModelExplainer {
    /** The fewest tokens that say anything about a model. */
    public static final int FEWEST_TOKENS = 64;

    private ModelExplainer() {}

    /**
     * Explains a model on a text.
     *
     * @param ids the text, at least {@value #FEWEST_TOKENS} tokens of the model's vocabulary; of a long one, parts
     *     spread over all of it are read
     * @throws UserError if the text is too short, a chosen unit does not exist, or memory is short
     */
    public static ModelExplanation explain(
            LanguageModel model, int[] ids, ExplainSettings settings, ExplainProgress progress) {
        IntFunction<String> text = id -> model.vocabulary().token(id);
        Engine engine = model.engine();
        if (engine.precision() == Precision.F32) {
            return explain(engine, model.parameters(), model.architecture(), text, ids, settings, progress);
        }
        try (Engine exact = Engine.builder()
                .precision(Precision.F32)
                .threads(engine.threads())
                .scalarKernels(!engine.hasVectors())
                .build()) {
            return explain(exact, model.parameters(), model.architecture(), text, ids, settings, progress);
        }
    }

    /**
     * Explains a network over any vocabulary.
     *
     * @param engine an engine with f32 products, and as many threads as the parameters were laid out for
     * @param text the text of a token
     * @throws UserError as {@link #explain(LanguageModel, int[], ExplainSettings, ExplainProgress)}
     * @throws IllegalArgumentException if the engine's products are not f32, or a token is not in the vocabulary
     */
    public static ModelExplanation explain(
            Engine engine,
            Parameters parameters,
            Architecture architecture,
            IntFunction<String> text,
            int[] ids,
            ExplainSettings settings,
            ExplainProgress progress) {
        long start = System.nanoTime();
        check(architecture, ids);
        List<LayerExplanation> layers = new ArrayList<>();
        long tokens;
        double loss;
        List<List<LesionEffect>> lesions = new ArrayList<>();
        Lesioned lesioned;
        try (MatrixProducts products = new MatrixProducts(engine);
                ActivityStudy activity = new ActivityStudy(products, parameters, architecture, ids, settings)) {
            NetworkTracer.Window first = activity.run(progress);
            List<JacobianStudy.Result> jacobians = new JacobianStudy(products, settings, progress).study(first);
            lesioned = lesions(engine, parameters, architecture, ids, settings, progress, activity, lesions);
            for (int k = 0; k < architecture.layers(); k++) {
                layers.add(new LayerExplanation(
                        k,
                        jacobians.get(k).snapshots(),
                        jacobians.get(k).microLayers(),
                        activity.lyapunov(k),
                        activity.reach(k),
                        activity.gates(k, text),
                        lesions.get(k)));
            }
            tokens = activity.tokens();
            loss = activity.loss();
        }
        return new ModelExplanation(
                settings,
                tokens,
                loss,
                lesioned.tokens,
                lesioned.loss,
                layers,
                Findings.of(architecture.cell(), layers),
                (System.nanoTime() - start) * 1e-9);
    }

    private static void check(Architecture architecture, int[] ids) {
        if (ids.length < FEWEST_TOKENS) {
            throw new UserError("A text of %d tokens is too short to explain a model on; give at least %d."
                    .formatted(ids.length, FEWEST_TOKENS));
        }
        for (int id : ids) {
            if (id < 0 || id >= architecture.vocabularySize()) {
                throw new IllegalArgumentException(
                        "token " + id + " is not in a vocabulary of " + architecture.vocabularySize());
            }
        }
    }

    /** What lesions were held against. */
    private record Lesioned(long tokens, double loss) {}

    private static Lesioned lesions(
            Engine engine,
            Parameters parameters,
            Architecture architecture,
            int[] ids,
            ExplainSettings settings,
            ExplainProgress progress,
            ActivityStudy activity,
            List<List<LesionEffect>> results) {
        for (int k = 0; k < architecture.layers(); k++) {
            results.add(new ArrayList<>());
        }
        if (settings.lesionTokens() == 0) {
            return new Lesioned(0, 0);
        }
        try (LesionStudy study = new LesionStudy(engine, parameters, architecture, ids, settings.lesionTokens())) {
            List<LesionEffect> wanted = new ArrayList<>();
            for (int k = 0; k < architecture.layers(); k++) {
                wanted.addAll(study.lesions(k));
                for (int[] units : groups(activity.timeConstants(k), settings.unitGroups())) {
                    wanted.addAll(study.unitLesion(k, units));
                }
            }
            double loss = Statistics.mean(study.intact());
            for (int i = 0; i < wanted.size(); i++) {
                progress.progress(Stage.LESIONS, (i + 1.0) / (wanted.size() + 1));
                LesionEffect effect = study.measure(wanted.get(i));
                results.get(effect.layer()).add(effect);
            }
            progress.progress(Stage.LESIONS, 1);
            return new Lesioned(study.tokens(), loss);
        }
    }

    /** Units in groups of about one size, from the shortest memory to the longest. */
    static List<int[]> groups(float[] timeConstants, int count) {
        int[] byMemory = IntStream.range(0, timeConstants.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer unit) -> timeConstants[unit])
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
        int groups = Math.min(count, byMemory.length);
        List<int[]> result = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            int from = (int) ((long) byMemory.length * g / groups);
            int to = (int) ((long) byMemory.length * (g + 1) / groups);
            result.add(Arrays.copyOfRange(byMemory, from, to));
        }
        return result;
    }
}
