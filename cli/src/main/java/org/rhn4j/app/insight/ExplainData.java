package org.rhn4j.app.insight;

import static org.rhn4j.app.pages.ReportPage.round;
import static org.rhn4j.app.pages.ReportPage.rounded;
import static org.rhn4j.app.pages.ReportPage.roundedOrNull;

import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rhn4j.app.pages.ReportPage;
import org.rhn4j.app.pages.ReportText;
import org.rhn4j.insight.GateReport;
import org.rhn4j.insight.GateSummary;
import org.rhn4j.insight.GershgorinDiscs;
import org.rhn4j.insight.GradientReach;
import org.rhn4j.insight.JacobianSnapshot;
import org.rhn4j.insight.LayerExplanation;
import org.rhn4j.insight.LesionEffect;
import org.rhn4j.insight.LyapunovExponents;
import org.rhn4j.insight.MicroLayerStability;
import org.rhn4j.insight.Spectrum;
import org.rhn4j.insight.Stretch;
import org.rhn4j.insight.UnitActivity;

/** What the page of an explanation holds of it: rounded, and no more points than can be told apart. */
final class ExplainData {
    /** The most discs of each kind, and the most eigenvalues, that the page holds of one step or micro-layer. */
    static final int MOST_POINTS = 160;
    /** The most steps of a heat map. */
    private static final int MOST_STEPS = 400;

    private ExplainData() {}

    /** The data that gates are shown along. */
    record Stretched(List<Integer> positions, List<String> texts, List<Channel> channels) {
        static Stretched of(Stretch stretch) {
            int shown = Math.min(MOST_STEPS, stretch.positions().size());
            return new Stretched(
                    stretch.positions().subList(0, shown),
                    stretch.texts().subList(0, shown),
                    stretch.channels().stream()
                            .map(channel ->
                                    Channel.of(channel.name(), channel.values().subList(0, shown)))
                            .toList());
        }
    }

    record Channel(String name, List<@Nullable Double> values) {
        static Channel of(String name, List<@Nullable Double> values) {
            MathContext digits = ReportPage.digits(values.stream()
                    .mapToDouble(value -> value == null ? Double.NaN : value)
                    .toArray());
            return new Channel(
                    name,
                    values.stream()
                            .map(value -> value == null ? null : Double.valueOf(ReportPage.round(value, digits)))
                            .toList());
        }
    }

    record Layer(
            int layer,
            List<Snapshot> snapshots,
            List<Micro> microLayers,
            Lyapunov lyapunov,
            Reach reach,
            List<Gate> gates,
            double[] memory,
            List<Unit> units,
            List<Lesion> lesions,
            @Nullable Double radius,
            double gain) {
        static Layer of(LayerExplanation layer) {
            GateReport gates = layer.gates();
            return new Layer(
                    layer.layer(),
                    layer.snapshots().stream().map(Snapshot::of).toList(),
                    layer.microLayers().stream().map(Micro::of).toList(),
                    Lyapunov.of(layer.lyapunov()),
                    Reach.of(layer.reach()),
                    gates.gates().stream().map(Gate::of).toList(),
                    rounded(doubles(gates.timeConstants())),
                    gates.units().stream().map(Unit::of).toList(),
                    layer.lesions().stream().map(Lesion::of).toList(),
                    layer.meanSpectralRadius().isPresent()
                            ? Double.valueOf(round(layer.meanSpectralRadius().getAsDouble()))
                            : null,
                    round(layer.meanLargestSingularValue()));
        }
    }

    record Snapshot(int position, String text, List<Plane> planes) {
        static Snapshot of(JacobianSnapshot snapshot) {
            List<Plane> planes = new ArrayList<>();
            planes.add(Plane.of(null, snapshot.discs(), snapshot.eigenvalues(), snapshot.largestSingularValue()));
            snapshot.microLayers()
                    .forEach(m ->
                            planes.add(Plane.of(m.microLayer(), m.discs(), m.eigenvalues(), m.largestSingularValue())));
            return new Snapshot(snapshot.position(), snapshot.text(), planes);
        }
    }

    /** One Jacobian: discs by rows and by columns are [unit, centre, radius], eigenvalues [real, imaginary]. */
    record Plane(
            @Nullable Integer microLayer,
            int discCount,
            List<double[]> rows,
            List<double[]> columns,
            int eigenvalueCount,
            List<double[]> eigenvalues,
            double gain,
            double bound,
            @Nullable Double radius) {
        static Plane of(@Nullable Integer microLayer, GershgorinDiscs discs, @Nullable Spectrum spectrum, double gain) {
            return new Plane(
                    microLayer,
                    discs.size(),
                    sample(discs.size(), discs::rowReach).stream()
                            .map(unit -> rounded(unit, discs.centers()[unit], discs.rowRadii()[unit]))
                            .toList(),
                    sample(discs.size(), discs::columnReach).stream()
                            .map(unit -> rounded(unit, discs.centers()[unit], discs.columnRadii()[unit]))
                            .toList(),
                    spectrum == null ? 0 : spectrum.size(),
                    spectrum == null
                            ? List.of()
                            : sample(spectrum.size(), spectrum::magnitude).stream()
                                    .map(i -> rounded(spectrum.real()[i], spectrum.imaginary()[i]))
                                    .toList(),
                    round(gain),
                    round(discs.bound()),
                    spectrum == null ? null : Double.valueOf(round(spectrum.radius())));
        }
    }

    record Micro(int microLayer, double bound, double gain) {
        static Micro of(MicroLayerStability stability) {
            return new Micro(stability.microLayer(), round(stability.bound()), round(stability.largestSingularValue()));
        }
    }

    record Lyapunov(
            double[] exponents, double[] errors, @Nullable Double halfLife) {
        static Lyapunov of(LyapunovExponents lyapunov) {
            return new Lyapunov(
                    rounded(lyapunov.exponents()),
                    rounded(lyapunov.standardErrors()),
                    roundedOrNull(lyapunov.halfLife()));
        }
    }

    record Reach(
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

    record Gate(
            String gate,
            int microLayer,
            double mean,
            double deviation,
            int open,
            int shut,
            double[] histogram,
            double[] steps) {
        static Gate of(GateSummary gate) {
            return new Gate(
                    gate.gate(),
                    gate.microLayer(),
                    round(gate.mean()),
                    round(gate.standardDeviation()),
                    gate.alwaysOpen().length,
                    gate.alwaysShut().length,
                    rounded(doubles(gate.histogram())),
                    shown(gate.meanByStep()));
        }
    }

    record Unit(
            int unit,
            int microLayer,
            String gate,
            double mean,
            double deviation,
            @Nullable Double memory,
            double[] steps,
            List<Profile> profiles,
            List<Place> places) {
        static Unit of(UnitActivity unit) {
            return new Unit(
                    unit.unit(),
                    unit.microLayer(),
                    unit.gate(),
                    round(unit.mean()),
                    round(unit.standardDeviation()),
                    roundedOrNull(unit.timeConstant()),
                    shown(unit.byStep()),
                    unit.profiles().stream().map(Profile::of).toList(),
                    unit.positions().stream()
                            .map(p -> new Place(p.position(), p.text(), round(p.value())))
                            .toList());
        }
    }

    record Profile(String by, String channel, List<String> names, int[] counts, double[] means) {
        static Profile of(UnitActivity.Profile profile) {
            return new Profile(
                    ReportText.key(profile.by()),
                    profile.channel(),
                    profile.openings().stream().map(UnitActivity.Opening::text).toList(),
                    profile.openings().stream()
                            .mapToInt(UnitActivity.Opening::count)
                            .toArray(),
                    rounded(profile.openings().stream()
                            .mapToDouble(UnitActivity.Opening::mean)
                            .toArray()));
        }
    }

    record Place(int position, String text, double value) {}

    record Lesion(String kind, @Nullable Integer microLayer, int units, double change, double error) {
        static Lesion of(LesionEffect lesion) {
            int[] units = lesion.units();
            return new Lesion(
                    lesion.kind(),
                    lesion.microLayer(),
                    units == null ? 0 : units.length,
                    round(lesion.change()),
                    round(lesion.standardError()));
        }
    }

    private static double[] shown(float[] values) {
        return rounded(IntStream.range(0, Math.min(MOST_STEPS, values.length))
                .mapToDouble(i -> values[i])
                .toArray());
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
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
