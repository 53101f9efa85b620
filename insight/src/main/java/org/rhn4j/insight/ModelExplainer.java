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
import org.rhn4j.tasks.series.SeriesExamples;
import org.rhn4j.tasks.text.LanguageModel;

/**
 * Explains a trained model on data: where the eigenvalues of its steps lie, how perturbations and gradients
 * grow, what its gates do, what each micro-layer is worth, and what stands out.
 *
 * <p>Everything is measured in f32 and without dropout; a model on a bf16 engine is given an f32 engine for it, with as
 * many threads. During lesions its biases change, and are put back: nothing else may use the model meanwhile.
 */
public final class ModelExplainer {
    /** The fewest tokens that say anything about a model. */
    public static final int FEWEST_TOKENS = 64;

    private static final float LARGEST_WEIGHT = 1e15f;

    private ModelExplainer() {}

    /**
     * Explains a language model on a text.
     *
     * @param ids the text, at least {@value #FEWEST_TOKENS} tokens of the model's vocabulary; of a long one, parts
     *     spread over all of it are read
     * @throws UserError if the text is too short, a chosen unit does not exist, or memory is short
     */
    public static ModelExplanation explain(
            LanguageModel model, int[] ids, ExplainSettings settings, ExplainProgress progress) {
        IntFunction<String> text = id -> model.vocabulary().token(id);
        try (Exact exact = Exact.of(model.engine())) {
            return explain(exact.engine, model.parameters(), model.architecture(), text, ids, settings, progress);
        }
    }

    /**
     * Explains a model over series on windows of them.
     *
     * @param engine the engine that the model's parameters were laid out for
     * @param examples at least one window, of at least two steps
     * @throws UserError if there is no window, nothing that is predicted is known, a chosen unit does not exist, or memory
     *     is short
     */
    public static ModelExplanation explain(
            Engine engine, SeriesExamples examples, ExplainSettings settings, ExplainProgress progress) {
        if (examples.count() < 1 || examples.steps() < 2) {
            throw new UserError("The data has no window of the length that the model reads, %d steps; give more rows."
                    .formatted(examples.steps()));
        }
        try (Exact exact = Exact.of(engine)) {
            return explain(exact.engine, new SeriesSubject(examples), settings, progress);
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
        check(architecture, ids);
        return explain(engine, new TextSubject(parameters, architecture, ids, text), settings, progress);
    }

    /** The given engine where its products are f32, or one like it whose are, to be closed. */
    private static final class Exact implements AutoCloseable {
        final Engine engine;
        private final boolean own;

        private Exact(Engine engine, boolean own) {
            this.engine = engine;
            this.own = own;
        }

        static Exact of(Engine engine) {
            if (engine.precision() == Precision.F32) {
                return new Exact(engine, false);
            }
            return new Exact(
                    Engine.builder()
                            .precision(Precision.F32)
                            .threads(engine.threads())
                            .scalarKernels(!engine.hasVectors())
                            .build(),
                    true);
        }

        @Override
        public void close() {
            if (own) {
                engine.close();
            }
        }
    }

    private static ModelExplanation explain(
            Engine engine, Subject subject, ExplainSettings settings, ExplainProgress progress) {
        requireSound(subject.parameters());
        long start = System.nanoTime();
        List<LayerExplanation> layers = new ArrayList<>();
        List<List<LesionEffect>> lesions = new ArrayList<>();
        try (MatrixProducts products = new MatrixProducts(engine);
                ActivityStudy activity = new ActivityStudy(products, subject, settings)) {
            NetworkTracer.Window first = activity.run(progress);
            List<JacobianStudy.Result> jacobians =
                    new JacobianStudy(products, subject, settings, progress).study(first);
            Lesioned lesioned = lesions(engine, subject, settings, progress, activity, lesions);
            for (int k = 0; k < subject.layers(); k++) {
                layers.add(new LayerExplanation(
                        k,
                        jacobians.get(k).snapshots(),
                        jacobians.get(k).microLayers(),
                        activity.lyapunov(k),
                        activity.reach(k),
                        activity.gates(k),
                        lesions.get(k)));
            }
            return new ModelExplanation(
                    settings,
                    subject.lossUnit(),
                    activity.counted(),
                    activity.loss(),
                    lesioned.counted,
                    lesioned.loss,
                    activity.stretch(first),
                    layers,
                    Findings.of(subject.cell(), layers),
                    (System.nanoTime() - start) * 1e-9);
        }
    }

    /** Weights that no training leaves, whose products are no numbers any more. */
    private static void requireSound(Parameters parameters) {
        for (Parameters.Parameter parameter : parameters.all()) {
            for (float value : parameters.values(parameter.name())) {
                if (!(Math.abs(value) < LARGEST_WEIGHT)) {
                    throw new UserError(
                            "The weight %s reaches %s, with which nothing can be computed; its training broke down, so take an earlier model."
                                    .formatted(parameter.name(), value));
                }
            }
        }
    }

    private static void check(Architecture architecture, int[] ids) {
        if (ids.length < FEWEST_TOKENS) {
            throw new UserError("A text of %d tokens is too short to explain a model on; give at least %d."
                    .formatted(ids.length, FEWEST_TOKENS));
        }
        for (int id : ids) {
            if (id < 0 || id >= architecture.outputSize()) {
                throw new IllegalArgumentException(
                        "token " + id + " is not in a vocabulary of " + architecture.outputSize());
            }
        }
    }

    /** What lesions were held against. */
    private record Lesioned(long counted, double loss) {}

    private static Lesioned lesions(
            Engine engine,
            Subject subject,
            ExplainSettings settings,
            ExplainProgress progress,
            ActivityStudy activity,
            List<List<LesionEffect>> results) {
        for (int k = 0; k < subject.layers(); k++) {
            results.add(new ArrayList<>());
        }
        if (settings.lesionTokens() == 0) {
            return new Lesioned(0, 0);
        }
        try (LesionStudy study = new LesionStudy(engine, subject, settings.lesionTokens())) {
            List<LesionEffect> wanted = new ArrayList<>();
            for (int k = 0; k < subject.layers(); k++) {
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
            return new Lesioned(study.counted(), loss);
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
