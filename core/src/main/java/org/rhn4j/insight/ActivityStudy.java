package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.rhn4j.UserError;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.Parameters;
import org.rhn4j.insight.ExplainProgress.Stage;

/**
 * Runs a model over a text once, window by window, and feeds everything that is measured along it: gates, single units,
 * Lyapunov exponents, the reach of gradients, and the window whose Jacobians are formed.
 */
final class ActivityStudy implements AutoCloseable {
    /** Floats that the traces of a window may take. */
    private static final long TRACE_FLOATS = 1L << 26;
    /** Steps of a window beyond those that gradients are followed through. */
    private static final int STEPS_BEYOND_REACH = 28;

    private static final int LYAPUNOV_TRANSIENT = 16;

    private final MatrixProducts products;
    private final Architecture architecture;
    private final ExplainSettings settings;
    private final NetworkTracer tracer;
    private final int steps;
    private final int streams;
    private final int lags;
    private final List<GateStatistics> gates = new ArrayList<>();
    private final List<LyapunovEstimator> lyapunov = new ArrayList<>();
    private final List<StepDerivative> derivatives = new ArrayList<>();
    private final List<UnitMeter> units = new ArrayList<>();
    private final ReachMeter reach;
    private int firstPosition;
    private long tokens;
    private double lossSum;

    /**
     * Plans the study.
     *
     * @param ids the text
     * @throws UserError if a chosen unit does not exist, or memory is short
     */
    ActivityStudy(
            MatrixProducts products,
            Parameters parameters,
            Architecture architecture,
            int[] ids,
            ExplainSettings settings) {
        this.products = products;
        this.architecture = architecture;
        this.settings = settings;
        checkChosen();
        int predictable = ids.length - 1;
        Cell cell = architecture.cell();
        long floatsPerRow = (long) architecture.layers()
                * cell.depth()
                * architecture.hiddenSize()
                * (cell.factors() + GateKind.of(cell).size());
        steps = Math.min(settings.reach() + STEPS_BEYOND_REACH, Math.max(2, predictable / 2));
        lags = Math.min(settings.reach(), steps - 1);
        long affordable = Math.max(1, TRACE_FLOATS / (floatsPerRow * steps));
        streams = (int) Math.min(Math.min(settings.streams(), affordable), Math.max(1, predictable / (2 * steps)));
        tracer = new NetworkTracer(products, parameters, architecture, ids, steps, streams);
        for (LayerWeights weights : tracer.weights()) {
            gates.add(new GateStatistics(weights));
            derivatives.add(new StepDerivative(products, weights));
            int transientSteps = Math.min(LYAPUNOV_TRANSIENT, steps / 2);
            lyapunov.add(new LyapunovEstimator(
                    streams, settings.exponents(), weights.stateSize(), transientSteps, settings.seed()));
        }
        reach = new ReachMeter(products, architecture, parameters, tracer.weights(), lags);
    }

    private void checkChosen() {
        for (UnitActivity.Choice choice : settings.chosenUnits()) {
            if (choice.layer() < 0
                    || choice.layer() >= architecture.layers()
                    || choice.microLayer() < 0
                    || choice.microLayer() >= architecture.cell().depth()
                    || choice.unit() < 0
                    || choice.unit() >= architecture.hiddenSize()) {
                throw new UserError(
                        "There is no unit %d in micro-layer %d of layer %d; the model has %d layer%s of %d, with %d units."
                                .formatted(
                                        choice.unit(),
                                        choice.microLayer(),
                                        choice.layer(),
                                        architecture.layers(),
                                        architecture.layers() == 1 ? "" : "s",
                                        architecture.cell().depth(),
                                        architecture.hiddenSize()));
            }
        }
    }

    /** Runs the study; returns the first window that counted. */
    NetworkTracer.Window run(ExplainProgress progress) {
        if (tracer.windowsLeft() > 1) {
            tracer.skip(); // states from zero are not typical
        }
        int windows = Math.clamp(Math.ceilDiv(settings.tokens(), steps * streams), 1, tracer.windowsLeft());
        int lyapunovWindows = Math.ceilDiv(settings.lyapunovSteps(), steps);
        NetworkTracer.Window first = null;
        for (int w = 0; w < windows; w++) {
            NetworkTracer.Window window = tracer.next();
            if (first == null) {
                first = window;
                firstPosition = window.positions()[0];
            }
            addGates(window, w == 0);
            if (w < lyapunovWindows) {
                addLyapunov(window);
            }
            int wanted = settings.reachTargets() - reach.targets();
            if (wanted > 0) {
                reach.add(window.layers(), window.targets(), wanted);
            }
            for (float loss : window.losses()) {
                lossSum += loss;
            }
            tokens += window.losses().length;
            progress.progress(Stage.ACTIVITY, (w + 1.0) / windows);
        }
        if (first == null) {
            throw new IllegalStateException("no window was run");
        }
        return first;
    }

    private void addGates(NetworkTracer.Window window, boolean first) {
        for (int k = 0; k < gates.size(); k++) {
            gates.get(k).add(products, window.layers().get(k));
        }
        if (first) {
            chooseUnits();
        }
        for (UnitMeter unit : units) {
            unit.add(window.layers().get(unit.choice().layer()), window.inputs(), window.positions());
        }
    }

    private void chooseUnits() {
        List<GateKind> kinds = GateKind.of(architecture.cell());
        if (kinds.isEmpty()) {
            return;
        }
        List<UnitActivity.Choice> choices = new ArrayList<>(settings.chosenUnits());
        for (int k = 0; k < gates.size(); k++) {
            choices.addAll(gates.get(k).liveliest(k, settings.unitsShown()));
        }
        choices.stream()
                .distinct()
                .forEach(choice -> units.add(new UnitMeter(choice, kinds.getFirst(), architecture.vocabularySize())));
    }

    private void addLyapunov(NetworkTracer.Window window) {
        for (int k = 0; k < lyapunov.size(); k++) {
            LyapunovEstimator estimator = lyapunov.get(k);
            LayerTrace trace = window.layers().get(k);
            int[] rows = new int[streams * estimator.count()];
            for (int t = 0; t < steps; t++) {
                for (int i = 0; i < rows.length; i++) {
                    rows[i] = trace.row(t, i / estimator.count());
                }
                derivatives.get(k).forward(trace, rows, estimator.tangents());
                estimator.stepDone(products);
            }
        }
    }

    /** Tokens that were measured. */
    long tokens() {
        return tokens;
    }

    /** Their mean loss. */
    double loss() {
        return lossSum / tokens;
    }

    /** Memory of the units of a layer in steps; empty if it carries nothing. */
    float[] timeConstants(int layer) {
        return gates.get(layer).timeConstants();
    }

    /** Lyapunov exponents of a layer. */
    LyapunovExponents lyapunov(int layer) {
        return lyapunov.get(layer).result();
    }

    /** Reach of gradients into a layer. */
    GradientReach reach(int layer) {
        return reach.result(layer);
    }

    /** The gates of a layer. */
    GateReport gates(int layer, IntFunction<String> text) {
        List<UnitActivity> shown = units.stream()
                .filter(unit -> unit.choice().layer() == layer)
                .map(unit -> unit.result(settings.minimumCount(), text))
                .toList();
        return gates.get(layer).report(firstPosition, shown);
    }

    @Override
    public void close() {
        tracer.close();
    }
}
