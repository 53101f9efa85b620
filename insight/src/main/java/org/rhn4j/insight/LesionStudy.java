package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.Gate;
import org.rhn4j.numbers.Engine;

/**
 * Holds gates of a network shut, or open, one lesion at a time, and measures what that does to its loss (Zilly et al., 2017,
 * section 6).
 *
 * <p>A gate is held by its bias, in the shared parameters: they are put back bit for bit after each lesion, whatever
 * happens. Every window of every sequence that counts is a block; the change of loss is paired block by block, since
 * blocks differ far more than lesions change them.
 */
final class LesionStudy implements AutoCloseable {
    /** Puts a gate beyond doubt and no exponential beyond f32. */
    private static final float FORCE = 1e4f;

    private final Engine engine;
    private final Subject subject;
    private final RunShape shape;
    private final NetworkRun run;
    private double @Nullable [] intact;

    /**
     * Plans a study.
     *
     * @param steps steps of the data that count in each run, about
     */
    LesionStudy(Engine engine, Subject subject, int steps) {
        this.engine = engine;
        this.subject = subject;
        shape = subject.lesionShape(steps);
        run = subject.open(engine, shape);
    }

    /** The lesions that a layer can have: what its cell names, in each micro-layer in turn. */
    List<LesionEffect> lesions(int layer) {
        List<LesionEffect> all = new ArrayList<>();
        for (int l = 0; l < subject.cell().depth(); l++) {
            for (List<Gate.Held> held : subject.cell().lesions()) {
                all.add(new LesionEffect(held.getFirst().name(), layer, l, null, 0, 0));
            }
        }
        return all;
    }

    /** The lesion that lets nothing new into some units of a layer; empty for a cell without gates. */
    List<LesionEffect> unitLesion(int layer, int[] units) {
        return subject.cell().lesions().stream()
                .limit(1)
                .map(held -> new LesionEffect(held.getFirst().name(), layer, null, units, 0, 0))
                .toList();
    }

    /** The gates that a lesion of a cell holds. */
    static List<Gate.Held> held(Cell cell, String kind) {
        return cell.lesions().stream()
                .filter(held -> held.getFirst().name().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    /** Steps that count in each run. */
    long counted() {
        return shape.counted();
    }

    /** Mean loss of each block without any lesion. */
    double[] intact() {
        double[] known = intact;
        if (known == null) {
            engine.team().run(run.network()::packDerived);
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
            engine.team().run(run.network()::packDerived);
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
            saved.forEach(subject.parameters()::setValues);
            engine.team().run(run.network()::packDerived);
        }
    }

    private void apply(LesionEffect lesion, Map<String, float[]> saved) {
        int depth = subject.cell().depth();
        Integer only = lesion.microLayer();
        for (int l = only == null ? 0 : only; l < (only == null ? depth : only + 1); l++) {
            String name = Architecture.layerPrefix(lesion.layer())
                    + subject.cell().biasNames(l).getFirst();
            float[] bias = subject.parameters().values(name);
            saved.put(name, bias.clone());
            for (Gate.Held held : held(subject.cell(), lesion.kind())) {
                int block = subject.cell().blocks().indexOf(held.gate());
                hold(bias, block, held.open() ? FORCE : -FORCE, lesion.units());
            }
            subject.parameters().setValues(name, bias);
        }
    }

    private void hold(float[] bias, int block, float value, int @Nullable [] units) {
        int hidden = subject.hiddenSize();
        if (units == null) {
            Arrays.fill(bias, block * hidden, (block + 1) * hidden, value);
        } else {
            for (int unit : units) {
                bias[block * hidden + unit] = value;
            }
        }
    }

    /** Mean loss of each sequence of each window; a block where nothing was held against the model is left out. */
    private double[] blockLosses() {
        List<Double> blocks = new ArrayList<>();
        for (int w = 0; w < shape.windows(); w++) {
            float[] losses = run.window(w).losses();
            for (int b = 0; b < shape.streams() && w >= shape.uncounted(); b++) {
                double sum = 0;
                int count = 0;
                for (int row = b; row < losses.length; row += shape.streams()) {
                    if (!Float.isNaN(losses[row])) {
                        sum += losses[row];
                        count++;
                    }
                }
                if (count > 0) {
                    blocks.add(sum / count);
                }
            }
        }
        return blocks.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Override
    public void close() {
        run.close();
    }
}
