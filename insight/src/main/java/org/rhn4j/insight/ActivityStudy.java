package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rhn4j.UserError;
import org.rhn4j.cells.Cell;
import org.rhn4j.insight.ExplainProgress.Stage;

/**
 * Runs a model over data once, window by window, and feeds everything that is measured along it: gates, single units,
 * Lyapunov exponents, the reach of gradients, and the window whose Jacobians are formed.
 */
final class ActivityStudy implements AutoCloseable {
    /** Floats that the traces of a window may take. */
    private static final long TRACE_FLOATS = 1L << 26;

    private static final int LYAPUNOV_TRANSIENT = 16;

    private final MatrixProducts products;
    private final Subject subject;
    private final ExplainSettings settings;
    private final RunShape shape;
    private final NetworkTracer tracer;
    private final List<PlaceGroups> groups;
    private final List<GateStatistics> gates = new ArrayList<>();
    private final List<LyapunovEstimator> lyapunov = new ArrayList<>();
    private final List<StepDerivative> derivatives = new ArrayList<>();
    private final List<UnitMeter> units = new ArrayList<>();
    private final ReachMeter reach;
    private long counted;
    private double lossSum;

    /**
     * Plans the study.
     *
     * @throws UserError if a chosen unit does not exist, or memory is short
     */
    ActivityStudy(MatrixProducts products, Subject subject, ExplainSettings settings) {
        this.products = products;
        this.subject = subject;
        this.settings = settings;
        checkChosen();
        Cell cell = subject.cell();
        long floatsPerRow = (long) subject.layers()
                * cell.depth()
                * subject.hiddenSize()
                * (cell.factors() + CellGates.of(cell).size());
        shape = subject.activityShape(settings, TRACE_FLOATS / floatsPerRow);
        groups = subject.groups();
        tracer = new NetworkTracer(products, subject, shape);
        for (LayerWeights weights : tracer.weights()) {
            gates.add(new GateStatistics(weights));
            derivatives.add(new StepDerivative(products, weights));
            int transientSteps = Math.min(LYAPUNOV_TRANSIENT, shape.steps() / 2);
            lyapunov.add(new LyapunovEstimator(
                    shape.streams(), settings.exponents(), weights.stateSize(), transientSteps, settings.seed()));
        }
        reach = new ReachMeter(products, tracer.weights(), Math.min(settings.reach(), shape.steps() - 1));
    }

    private void checkChosen() {
        int depth = subject.cell().depth();
        for (UnitActivity.Choice choice : settings.chosenUnits()) {
            if (CellGates.of(subject.cell()).isEmpty()) {
                throw new UserError("A network without gates has no unit whose gate could be shown; choose none.");
            }
            if (choice.layer() < 0
                    || choice.layer() >= subject.layers()
                    || choice.microLayer() < 0
                    || choice.microLayer() >= depth
                    || choice.unit() < 0
                    || choice.unit() >= subject.hiddenSize()) {
                throw new UserError(
                        "There is no unit %d in micro-layer %d of layer %d; the model has %d layer%s of %d, with %d units, all counted from 0."
                                .formatted(
                                        choice.unit(),
                                        choice.microLayer(),
                                        choice.layer(),
                                        subject.layers(),
                                        subject.layers() == 1 ? "" : "s",
                                        depth,
                                        subject.hiddenSize()));
            }
        }
    }

    /** Runs the study; returns the first window that counted. */
    NetworkTracer.Window run(ExplainProgress progress) {
        for (int w = 0; w < shape.uncounted(); w++) {
            tracer.skip(); // states from zero are not typical
        }
        int windows = shape.windows() - shape.uncounted();
        int lyapunovWindows = Math.ceilDiv(settings.lyapunovSteps(), shape.steps());
        NetworkTracer.Window first = null;
        for (int w = 0; w < windows; w++) {
            NetworkTracer.Window window = tracer.next();
            first = first == null ? window : first;
            addGates(window, w == 0);
            if (w < lyapunovWindows) {
                addLyapunov(window);
            }
            int wanted = settings.reachTargets() - reach.targets();
            if (wanted > 0) {
                reach.add(window, wanted);
            }
            for (float loss : window.losses()) {
                if (!Float.isNaN(loss)) {
                    lossSum += loss;
                    counted++;
                }
            }
            progress.progress(Stage.ACTIVITY, (w + 1.0) / windows);
        }
        if (first == null) {
            throw new IllegalStateException("no window was run");
        }
        if (reach.targets() == 0) {
            throw new UserError("Nothing that the model predicts is known in this data; give data with more rows.");
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
            unit.add(window.layers().get(unit.choice().layer()), window.places());
        }
    }

    private void chooseUnits() {
        List<String> names = CellGates.names(subject.cell());
        if (names.isEmpty()) {
            return;
        }
        List<UnitActivity.Choice> choices = new ArrayList<>(settings.chosenUnits());
        for (int k = 0; k < gates.size(); k++) {
            choices.addAll(gates.get(k).liveliest(k, settings.unitsShown()));
        }
        choices.stream().distinct().forEach(choice -> units.add(new UnitMeter(choice, names.getFirst(), groups)));
    }

    private void addLyapunov(NetworkTracer.Window window) {
        for (int k = 0; k < lyapunov.size(); k++) {
            LyapunovEstimator estimator = lyapunov.get(k);
            LayerTrace trace = window.layers().get(k);
            int[] rows = new int[shape.streams() * estimator.count()];
            for (int t = 0; t < shape.steps(); t++) {
                for (int i = 0; i < rows.length; i++) {
                    rows[i] = trace.row(t, i / estimator.count());
                }
                derivatives.get(k).forward(trace, rows, estimator.tangents());
                estimator.stepDone(products);
            }
        }
    }

    /** Steps that something was held against. */
    long counted() {
        return counted;
    }

    /** Their mean loss. */
    double loss() {
        return lossSum / counted;
    }

    /** The stretch of data that gates are told along step by step: the first sequence of the first window. */
    Stretch stretch(NetworkTracer.Window first) {
        int[] places = new int[shape.steps()];
        Arrays.setAll(places, t -> first.places()[t * shape.streams()]);
        return Stretch.of(subject, places);
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
    GateReport gates(int layer) {
        float[] timeConstants = timeConstants(layer);
        List<UnitActivity> shown = units.stream()
                .filter(unit -> unit.choice().layer() == layer)
                .map(unit -> unit.result(settings.minimumCount(), subject, timeConstants))
                .toList();
        return gates.get(layer).report(shown);
    }

    @Override
    public void close() {
        tracer.close();
    }
}
