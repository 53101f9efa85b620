package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.DeepTransition;
import org.rhn4j.cells.Lstm;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.RecurrentHighway;
import org.rhn4j.cells.TokenNetwork;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.MemoryBudget;

/**
 * Holds gates of a network shut, one lesion at a time, and measures what that does to its loss (Zilly et al., 2017,
 * section 6).
 *
 * <p>A gate is held by its bias, in the shared parameters: they are put back bit for bit after each lesion, whatever
 * happens. The text is read in parts side by side, from zero states, and every window of a part after the first is a
 * block; the change of loss is paired block by block, since blocks differ far more than lesions change them.
 */
final class LesionStudy implements AutoCloseable {
    /** Puts a gate beyond doubt and no exponential beyond f32. */
    private static final float FORCE = 1e4f;

    private static final int MOST_STREAMS = 32;
    private static final int WINDOW = 64;

    private final Engine engine;
    private final Parameters parameters;
    private final Architecture architecture;
    private final int[] ids;
    private final int streams;
    private final int steps;
    private final int windows;
    private final int uncounted;
    private final TokenNetwork network;
    private double @Nullable [] intact;

    /**
     * Plans a study.
     *
     * @param ids the text, at least 3 tokens
     * @param tokens how many of its tokens are predicted in each run, about
     */
    LesionStudy(Engine engine, Parameters parameters, Architecture architecture, int[] ids, int tokens) {
        this.engine = engine;
        this.parameters = parameters;
        this.architecture = architecture;
        this.ids = ids;
        int predictable = ids.length - 1;
        streams = Math.clamp(Math.min(predictable, 2L * tokens) / (2 * WINDOW), 1, MOST_STREAMS);
        steps = Math.min(WINDOW, predictable / streams);
        int available = predictable / streams / steps;
        uncounted = available > 1 ? 1 : 0;
        windows = Math.min(available, uncounted + Math.max(1, Math.ceilDiv(tokens, streams * steps)));
        TokenNetwork planned = new TokenNetwork(engine, parameters, architecture, steps, streams, false);
        try {
            MemoryBudget.require(planned.plannedBytes(), "Explaining this model", "close other programs");
            planned.allocate();
        } catch (RuntimeException | Error e) {
            planned.close();
            throw e;
        }
        network = planned;
    }

    /** The lesions that a layer can have: each micro-layer in turn, or each gate of an LSTM. */
    List<LesionEffect> lesions(int layer) {
        List<LesionEffect> all = new ArrayList<>();
        switch (architecture.cell()) {
            case RecurrentHighway cell -> {
                for (int l = 0; l < cell.depth(); l++) {
                    all.add(new LesionEffect(LesionEffect.Kind.TRANSFORM_SHUT, layer, l, null, 0, 0));
                }
            }
            case Lstm cell -> {
                all.add(new LesionEffect(LesionEffect.Kind.INPUT_SHUT, layer, 0, null, 0, 0));
                all.add(new LesionEffect(LesionEffect.Kind.FORGET_SHUT, layer, 0, null, 0, 0));
                all.add(new LesionEffect(LesionEffect.Kind.OUTPUT_OPEN, layer, 0, null, 0, 0));
            }
            case DeepTransition cell -> {}
        }
        return all;
    }

    /** The lesion that lets nothing new into some units of a layer; empty for a cell without gates. */
    List<LesionEffect> unitLesion(int layer, int[] units) {
        return switch (architecture.cell()) {
            case RecurrentHighway cell ->
                List.of(new LesionEffect(LesionEffect.Kind.TRANSFORM_SHUT, layer, null, units, 0, 0));
            case Lstm cell -> List.of(new LesionEffect(LesionEffect.Kind.INPUT_SHUT, layer, null, units, 0, 0));
            case DeepTransition cell -> List.of();
        };
    }

    /** Tokens that each run predicts and counts. */
    long tokens() {
        return (long) (windows - uncounted) * steps * streams;
    }

    /** Mean loss of each block without any lesion. */
    double[] intact() {
        double[] known = intact;
        if (known == null) {
            engine.team().run(network::packDerived);
            known = blockLosses();
            intact = known;
        }
        return known;
    }

    /** Applies a lesion, measures, and undoes it. */
    LesionEffect measure(LesionEffect lesion) {
        double[] without = intact();
        Map<String, float[]> saved = new LinkedHashMap<>();
        try {
            apply(lesion, saved);
            engine.team().run(network::packDerived);
            double[] with = blockLosses();
            double[] changes = new double[with.length];
            Arrays.setAll(changes, i -> with[i] - without[i]);
            return new LesionEffect(
                    lesion.kind(),
                    lesion.layer(),
                    lesion.microLayer(),
                    lesion.units(),
                    Statistics.mean(changes),
                    Statistics.standardError(changes));
        } finally {
            saved.forEach(parameters::setValues);
            engine.team().run(network::packDerived);
        }
    }

    private void apply(LesionEffect lesion, Map<String, float[]> saved) {
        int depth = architecture.cell().depth();
        Integer only = lesion.microLayer();
        for (int l = only == null ? 0 : only; l < (only == null ? depth : only + 1); l++) {
            String name = Architecture.layerPrefix(lesion.layer())
                    + architecture.cell().biasNames(l).getFirst();
            float[] bias = parameters.values(name);
            saved.put(name, bias.clone());
            switch (lesion.kind()) {
                case TRANSFORM_SHUT -> {
                    hold(bias, 1, -FORCE, lesion.units());
                    if (architecture.cell().gates() == 3) {
                        hold(bias, 2, FORCE, lesion.units());
                    }
                }
                case INPUT_SHUT -> hold(bias, 0, -FORCE, lesion.units());
                case FORGET_SHUT -> hold(bias, 1, -FORCE, lesion.units());
                case OUTPUT_OPEN -> hold(bias, 3, FORCE, lesion.units());
            }
            parameters.setValues(name, bias);
        }
    }

    private void hold(float[] bias, int block, float value, int @Nullable [] units) {
        int hidden = architecture.hiddenSize();
        if (units == null) {
            Arrays.fill(bias, block * hidden, (block + 1) * hidden, value);
        } else {
            for (int unit : units) {
                bias[block * hidden + unit] = value;
            }
        }
    }

    private double[] blockLosses() {
        network.clearStates();
        int part = (ids.length - 1) / streams;
        int[] inputs = new int[steps * streams];
        int[] targets = new int[steps * streams];
        double[] blocks = new double[(windows - uncounted) * streams];
        for (int w = 0; w < windows; w++) {
            for (int row = 0; row < inputs.length; row++) {
                int position = row % streams * part + w * steps + row / streams;
                inputs[row] = ids[position];
                targets[row] = ids[position + 1];
            }
            float[] losses = network.losses(inputs, targets);
            for (int row = 0; row < inputs.length && w >= uncounted; row++) {
                blocks[(w - uncounted) * streams + row % streams] += losses[row] / steps;
            }
        }
        return blocks;
    }

    @Override
    public void close() {
        network.close();
    }
}
