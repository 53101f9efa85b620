package org.rhn4j.app;

import static org.rhn4j.app.ReportPage.round;
import static org.rhn4j.app.ReportPage.rounded;
import static org.rhn4j.app.ReportPage.roundedOrNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rhn4j.insight.Finding;
import org.rhn4j.insight.GateReport;
import org.rhn4j.insight.GateSummary;
import org.rhn4j.insight.GershgorinDiscs;
import org.rhn4j.insight.GradientReach;
import org.rhn4j.insight.JacobianSnapshot;
import org.rhn4j.insight.LayerExplanation;
import org.rhn4j.insight.LesionEffect;
import org.rhn4j.insight.LyapunovExponents;
import org.rhn4j.insight.MicroLayerStability;
import org.rhn4j.insight.ModelExplanation;
import org.rhn4j.insight.Spectrum;

/** Makes of an explanation one HTML page with charts, which needs nothing beside it. */
final class ExplainReport {
    /** The most discs, and the most eigenvalues, that the page holds of one step. */
    static final int MOST_POINTS = 200;
    /** The most steps of a heat map. */
    private static final int MOST_STEPS = 400;

    private ExplainReport() {}

    /**
     * The page.
     *
     * @param modelName what to call the model
     * @param networkLine its network in one line
     */
    static String html(ModelExplanation explanation, String modelName, String networkLine, ReportLanguage language) {
        FindingSentences sentences = FindingSentences.of(language);
        Page page = new Page(
                modelName,
                networkLine,
                explanation.tokens(),
                round(explanation.loss()),
                round(Math.exp(explanation.loss())),
                explanation.lesionTokens(),
                explanation.layers().stream().map(Layer::of).toList(),
                explanation.findings().stream()
                        .map(finding -> Found.of(finding, sentences))
                        .toList(),
                sentences.all());
        return ReportPage.html("explain.html", sentences.text("page.title") + " · " + modelName, language, page);
    }

    /** The page's data; its keys are what the script of explain.html reads. */
    private record Page(
            String model,
            String network,
            long tokens,
            double loss,
            double perplexity,
            long lesionTokens,
            List<Layer> layers,
            List<Found> findings,
            Map<String, String> text) {}

    private record Found(String severity, String sentence, String units, String action) {
        static Found of(Finding finding, FindingSentences sentences) {
            return new Found(
                    ReportText.key(finding.severity()),
                    sentences.sentence(finding),
                    sentences.units(finding),
                    sentences.action(finding));
        }
    }

    private record Layer(
            int layer,
            List<Snapshot> snapshots,
            List<Micro> microLayers,
            Lyapunov lyapunov,
            Reach reach,
            int firstPosition,
            List<Gate> gates,
            List<Lesion> lesions) {
        static Layer of(LayerExplanation layer) {
            GateReport gates = layer.gates();
            return new Layer(
                    layer.layer(),
                    layer.snapshots().stream().map(Snapshot::of).toList(),
                    layer.microLayers().stream().map(Micro::of).toList(),
                    Lyapunov.of(layer.lyapunov()),
                    Reach.of(layer.reach()),
                    gates.firstPosition(),
                    gates.gates().stream().map(Gate::of).toList(),
                    layer.lesions().stream().map(Lesion::of).toList());
        }
    }

    /** Discs are [unit, centre, radius], eigenvalues [real, imaginary]. */
    private record Snapshot(
            int position,
            int discCount,
            List<double[]> discs,
            int eigenvalueCount,
            List<double[]> eigenvalues,
            double gain,
            @Nullable Double radius) {
        static Snapshot of(JacobianSnapshot snapshot) {
            GershgorinDiscs discs = snapshot.discs();
            List<double[]> kept = sample(discs.size(), discs::rowReach).stream()
                    .map(unit -> rounded(unit, discs.centers()[unit], discs.rowRadii()[unit]))
                    .toList();
            Spectrum spectrum = snapshot.eigenvalues();
            List<double[]> values = spectrum == null
                    ? List.of()
                    : sample(spectrum.size(), spectrum::magnitude).stream()
                            .map(i -> rounded(spectrum.real()[i], spectrum.imaginary()[i]))
                            .toList();
            return new Snapshot(
                    snapshot.position(),
                    discs.size(),
                    kept,
                    spectrum == null ? 0 : spectrum.size(),
                    values,
                    round(snapshot.largestSingularValue()),
                    spectrum == null ? null : Double.valueOf(round(spectrum.radius())));
        }
    }

    private record Micro(int microLayer, double bound, double gain) {
        static Micro of(MicroLayerStability stability) {
            return new Micro(stability.microLayer(), round(stability.bound()), round(stability.largestSingularValue()));
        }
    }

    private record Lyapunov(
            double[] exponents, double[] errors, @Nullable Double halfLife) {
        static Lyapunov of(LyapunovExponents lyapunov) {
            return new Lyapunov(
                    rounded(lyapunov.exponents()),
                    rounded(lyapunov.standardErrors()),
                    roundedOrNull(lyapunov.halfLife()));
        }
    }

    private record Reach(
            double[] mean,
            double[] low,
            double[] median,
            double[] high,
            @Nullable Double halfLife) {
        static Reach of(GradientReach reach) {
            return new Reach(
                    rounded(reach.mean()),
                    rounded(reach.low()),
                    rounded(reach.median()),
                    rounded(reach.high()),
                    roundedOrNull(reach.halfLife()));
        }
    }

    private record Gate(
            String gate, int microLayer, double mean, double deviation, double[] histogram, double[] steps) {
        static Gate of(GateSummary gate) {
            int shown = Math.min(MOST_STEPS, gate.meanByStep().length);
            return new Gate(
                    ReportText.key(gate.gate()),
                    gate.microLayer(),
                    round(gate.mean()),
                    round(gate.standardDeviation()),
                    rounded(IntStream.range(0, gate.histogram().length)
                            .mapToDouble(i -> gate.histogram()[i])
                            .toArray()),
                    rounded(IntStream.range(0, shown)
                            .mapToDouble(i -> gate.meanByStep()[i])
                            .toArray()));
        }
    }

    private record Lesion(String kind, @Nullable Integer microLayer, int units, double change, double error) {
        static Lesion of(LesionEffect lesion) {
            int[] units = lesion.units();
            return new Lesion(
                    ReportText.key(lesion.kind()),
                    lesion.microLayer(),
                    units == null ? 0 : units.length,
                    round(lesion.change()),
                    round(lesion.standardError()));
        }
    }

    /** Indices of what is shown: the half that reaches furthest, and of the others some, evenly spread. */
    private static List<Integer> sample(int size, IntToDoubleFunction reach) {
        List<Integer> furthest = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -reach.applyAsDouble(i))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        if (size <= MOST_POINTS) {
            return furthest;
        }
        int half = MOST_POINTS / 2;
        TreeSet<Integer> ranks = new TreeSet<>();
        for (int i = 0; i < half; i++) {
            ranks.add(i);
            ranks.add((int) (half + (long) i * (size - half) / half));
        }
        List<Integer> kept = new ArrayList<>();
        ranks.forEach(rank -> kept.add(furthest.get(rank)));
        return kept;
    }
}
