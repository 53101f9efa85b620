package org.rhn4j.tasks.chorales;

import java.util.List;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.OutputLoss;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.Engine;

/** Measures how well a network predicts pieces, each whole and from a zero state. */
public final class ChoraleEvaluator implements AutoCloseable {
    private static final int BATCH = 32;

    private final Network network;
    private final int steps;

    /**
     * An evaluator.
     *
     * @param longest steps of the longest piece that will be evaluated
     */
    public ChoraleEvaluator(Engine engine, Parameters parameters, Architecture architecture, int longest) {
        network = new Network(engine, parameters, architecture, WindowShape.of(longest - 1, BATCH), false);
        network.allocate();
        steps = longest - 1;
    }

    /**
     * The mean over all steps but each piece's first of the negative log-likelihood, summed over keys.
     *
     * @return nats per time step
     */
    public double evaluate(List<int[][]> pieces) {
        network.pack();
        float[] outputs = new float[steps * BATCH * Chorales.KEYS];
        float[] row = new float[Chorales.KEYS];
        float[] unused = new float[Chorales.KEYS];
        double sum = 0;
        long count = 0;
        for (int first = 0; first < pieces.size(); first += BATCH) {
            int[][][] chosen = pieces.subList(first, Math.min(pieces.size(), first + BATCH))
                    .toArray(int[][][]::new);
            ChoraleBatch batch = new ChoraleBatch(chosen, steps, BATCH);
            OutputLoss loss = batch.loss(1);
            network.clearStates();
            network.outputs(Sequences.ofValues(batch.values()), outputs);
            for (int r = 0; r < steps * BATCH; r++) {
                System.arraycopy(outputs, r * Chorales.KEYS, row, 0, Chorales.KEYS);
                sum += loss.apply(r, row, unused);
            }
            count += batch.predictedSteps();
        }
        return sum / count;
    }

    @Override
    public void close() {
        network.close();
    }
}
