package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.Gate;
import org.rhn4j.cells.Gate.Role;
import org.rhn4j.insight.Finding.Action;
import org.rhn4j.insight.Finding.Kind;
import org.rhn4j.insight.Finding.Severity;

/**
 * Tells what stands out in an explanation. The thresholds are rules of thumb, stated here and in each finding.
 */
final class Findings {
    /** Nats per step from which growth is severe: ×5 over 32 steps. */
    private static final double FAST_GROWTH = 0.05;
    /** Below it growth is within what a finite text can tell. */
    private static final double SLOW_GROWTH = 0.005;

    private static final double SHORT_HALF_LIFE = 3;
    private static final double WIDE_RADIUS = 1.5;
    private static final double LARGE_GAIN = 10;
    /** How near a disc must lie to a point to stick there. */
    private static final double STUCK = 0.05;

    private static final double MANY_UNITS = 0.25;
    private static final double MOST_OF_THEM = 0.5;
    /** Steps of memory that a gate bias is suggested for, where gradients vanish, and where nothing enters. */
    private static final double LONG_MEMORY = 10;

    private static final double SHORT_MEMORY = 2;

    private final Cell cell;
    private final List<Finding> all = new ArrayList<>();

    private Findings(Cell cell) {
        this.cell = cell;
    }

    /** The findings of all layers, ranked. */
    static List<Finding> of(Cell cell, List<LayerExplanation> layers) {
        Findings findings = new Findings(cell);
        for (LayerExplanation layer : layers) {
            findings.growth(layer);
            findings.vanishing(layer);
            findings.spectrum(layer);
            findings.discs(layer);
            layer.gates().gates().forEach(gate -> findings.gate(layer, gate));
            findings.lesions(layer);
        }
        findings.all.sort(Finding.RANKING);
        return findings.all;
    }

    private void add(
            Severity severity,
            Kind kind,
            int layer,
            double value,
            double threshold,
            Action action,
            @Nullable Double actionValue) {
        all.add(new Finding(severity, kind, layer, null, null, List.of(), value, threshold, action, actionValue));
    }

    private void growth(LayerExplanation layer) {
        double exponent = layer.lyapunov().largest();
        double error = layer.lyapunov().standardErrors()[0];
        if (exponent > Math.max(SLOW_GROWTH, 2 * error)) {
            add(
                    exponent > FAST_GROWTH ? Severity.SEVERE : Severity.WARNING,
                    Kind.CHAOTIC,
                    layer.layer(),
                    exponent,
                    SLOW_GROWTH,
                    Action.LOWER_LEARNING_RATE,
                    null);
        }
        double rate = layer.reach().rate();
        if (rate > SLOW_GROWTH) {
            add(
                    rate > FAST_GROWTH ? Severity.SEVERE : Severity.WARNING,
                    Kind.EXPLODING_REACH,
                    layer.layer(),
                    rate,
                    SLOW_GROWTH,
                    Action.TIGHTER_CLIP,
                    null);
        }
    }

    private void vanishing(LayerExplanation layer) {
        Double halfLife = layer.reach().halfLife();
        if (halfLife == null || halfLife >= SHORT_HALF_LIFE) {
            return;
        }
        Severity severity = halfLife < 1 ? Severity.SEVERE : Severity.WARNING;
        Kind kind = Kind.VANISHING_REACH;
        if (cell.memoryGate() < 0) {
            add(severity, kind, layer.layer(), halfLife, SHORT_HALF_LIFE, Action.LESS_DEPTH, null);
        } else {
            double bias = biasForMemory(LONG_MEMORY);
            add(severity, kind, layer.layer(), halfLife, SHORT_HALF_LIFE, Action.SET_GATE_BIAS, bias);
        }
    }

    /**
     * The bias with which a fresh network keeps about 1 − 1/m of a state over a step of L micro-layers: of a gate that
     * lets something new in, σ(b) = 1/(m L), or of one that keeps, σ(b) = 1 − 1/(m L).
     */
    private double biasForMemory(double m) {
        boolean keeps = cell.blocks().get(cell.memoryGate()).role() == Role.KEEPS;
        double bias = (keeps ? 1 : -1) * Math.log(m * cell.depth() - 1);
        return Math.round(10 * bias) / 10.0;
    }

    private void spectrum(LayerExplanation layer) {
        OptionalDouble radius = layer.meanSpectralRadius();
        if (radius.isPresent() && radius.getAsDouble() > WIDE_RADIUS) {
            add(
                    Severity.WARNING,
                    Kind.EIGENVALUES_OUTSIDE,
                    layer.layer(),
                    radius.getAsDouble(),
                    WIDE_RADIUS,
                    Action.LOWER_LEARNING_RATE,
                    null);
        }
        double gain = layer.meanLargestSingularValue();
        if (gain > LARGE_GAIN) {
            add(Severity.WARNING, Kind.LARGE_GAIN, layer.layer(), gain, LARGE_GAIN, Action.TIGHTER_CLIP, null);
        }
    }

    private void discs(LayerExplanation layer) {
        layer.microLayers().stream()
                .max(Comparator.comparingDouble(MicroLayerStability::bound))
                .filter(furthest -> furthest.bound() > 1)
                .ifPresent(furthest -> all.add(new Finding(
                        Severity.INFO,
                        Kind.DISCS_FAR_OUTSIDE,
                        layer.layer(),
                        furthest.microLayer(),
                        null,
                        list(furthest.discs().furthest(Finding.MOST_UNITS)),
                        furthest.bound(),
                        1,
                        Action.NONE,
                        null)));
        GershgorinDiscs step = GershgorinDiscs.mean(
                layer.snapshots().stream().map(JacobianSnapshot::discs).toList());
        stuck(layer, Kind.UNITS_STUCK_NEAR_ONE, step.within(STUCK, 1), step.size());
        stuck(layer, Kind.UNITS_STUCK_NEAR_ZERO, step.within(STUCK, 0), step.size());
    }

    private void stuck(LayerExplanation layer, Kind kind, int[] units, int size) {
        if (units.length == 0) {
            return;
        }
        double share = units.length / (double) size;
        boolean gated = cell.memoryGate() >= 0;
        double memory = kind == Kind.UNITS_STUCK_NEAR_ONE ? SHORT_MEMORY : LONG_MEMORY;
        all.add(new Finding(
                share >= MANY_UNITS ? Severity.WARNING : Severity.INFO,
                kind,
                layer.layer(),
                null,
                null,
                list(units),
                share,
                MANY_UNITS,
                gated && share >= MANY_UNITS ? Action.SET_GATE_BIAS : Action.NONE,
                gated && share >= MANY_UNITS ? Double.valueOf(biasForMemory(memory)) : null));
    }

    /** Saturated gates; that a state or memory is kept is what those gates are for. */
    private void gate(LayerExplanation layer, GateSummary gate) {
        double hidden = gate.unitMeans().length;
        Gate block = cell.blocks().stream()
                .filter(each -> each.name().equals(gate.gate()))
                .findFirst()
                .orElseThrow();
        boolean keeps = block.role() == Role.KEEPS;
        double shut = gate.alwaysShut().length / hidden;
        double open = gate.alwaysOpen().length / hidden;
        boolean renews = !keeps && cell.blocks().get(cell.memoryGate()).equals(block);
        if (shut >= MOST_OF_THEM) {
            Double bias = renews ? Double.valueOf(biasForMemory(SHORT_MEMORY)) : keeps ? Double.valueOf(1) : null;
            saturated(layer, gate, Kind.GATES_ALWAYS_SHUT, gate.alwaysShut(), shut, MOST_OF_THEM, bias);
        }
        if (open >= MANY_UNITS && !keeps) {
            Double bias = renews ? Double.valueOf(biasForMemory(LONG_MEMORY)) : null;
            saturated(layer, gate, Kind.GATES_ALWAYS_OPEN, gate.alwaysOpen(), open, MANY_UNITS, bias);
        }
    }

    private void saturated(
            LayerExplanation layer,
            GateSummary gate,
            Kind kind,
            int[] units,
            double share,
            double threshold,
            @Nullable Double bias) {
        all.add(new Finding(
                share >= 0.9 ? Severity.WARNING : Severity.INFO,
                kind,
                layer.layer(),
                gate.microLayer(),
                gate.gate(),
                list(units),
                share,
                threshold,
                bias == null ? Action.NONE : Action.SET_GATE_BIAS,
                bias));
    }

    private void lesions(LayerExplanation layer) {
        List<LesionEffect> ofMicroLayers = layer.lesions().stream()
                .filter(lesion -> lesion.units() == null)
                .toList();
        int useless = 0;
        for (LesionEffect lesion : ofMicroLayers) {
            if (lesion.change() > 2 * lesion.standardError()) {
                continue;
            }
            useless++;
            boolean harmful = lesion.change() < -2 * lesion.standardError();
            all.add(new Finding(
                    Severity.WARNING,
                    harmful ? Kind.HARMFUL : Kind.IDLE,
                    layer.layer(),
                    lesion.microLayer(),
                    LesionStudy.held(cell, lesion.kind()).getFirst().gate().name(),
                    List.of(),
                    lesion.change(),
                    2 * lesion.standardError(),
                    cell.depth() > 1 ? Action.DROP_MICRO_LAYER : Action.NONE,
                    null));
        }
        if (cell.depth() > 1 && useless >= MOST_OF_THEM * cell.depth()) {
            double useful = Math.max(1, cell.depth() - useless);
            add(
                    Severity.WARNING,
                    Kind.TOO_DEEP,
                    layer.layer(),
                    useless,
                    MOST_OF_THEM * cell.depth(),
                    Action.LESS_DEPTH,
                    useful);
        }
    }

    private static List<Integer> list(int[] units) {
        return Arrays.stream(units).boxed().toList();
    }
}
