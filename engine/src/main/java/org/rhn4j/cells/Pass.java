package org.rhn4j.cells;

import java.util.function.IntConsumer;
import org.rhn4j.cells.Network.Phase;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.PackedProducts;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.Workspace;

/**
 * One pass over a window through what enters, the layers and what leaves, forward and backward. Methods with a
 * {@code worker} are run by every member of the team at once.
 */
final class Pass {
    private final Engine engine;
    private final WindowShape window;
    private final boolean training;
    private final NetworkInput input;
    private final LayerStack stack;
    private final NetworkHead head;
    private final PhaseTimes times = new PhaseTimes();

    /** Makes the products and reserves the buffers. */
    Pass(
            Engine engine,
            Workspace workspace,
            PackedProducts products,
            Parameters parameters,
            Architecture architecture,
            WindowShape window,
            boolean training) {
        this.engine = engine;
        this.window = window;
        this.training = training;
        input = switch (architecture.input()) {
            case Architecture.Tokens tokens ->
                new Embedding(
                        engine,
                        parameters,
                        parameters.get(Architecture.EMBEDDING_WEIGHT),
                        architecture.head() instanceof Architecture.NextToken next && next.tied(),
                        window);
            case Architecture.Values values -> new ValueInput(engine, workspace, values.size(), window);
        };
        stack = new LayerStack(engine, workspace, products, parameters, architecture, window, training);
        head = switch (architecture.head()) {
            case Architecture.NextToken next ->
                new SoftmaxOutput(engine, workspace, products, parameters, architecture, window, training);
            case Architecture.Softmax softmax ->
                new SoftmaxOutput(engine, workspace, products, parameters, architecture, window, training);
            case Architecture.Linear linear ->
                new LinearOutput(engine, workspace, products, parameters, architecture, window, training);
            case Architecture.States states -> new StateOutput(engine, architecture, window);
        };
    }

    NetworkInput input() {
        return input;
    }

    LayerStack stack() {
        return stack;
    }

    NetworkHead head() {
        return head;
    }

    PhaseTimes times() {
        return times;
    }

    void drawMasks(int worker, Dropout dropout, RandomSource random) {
        stack.drawMasks(worker, dropout, random);
        head.drawMask(worker, dropout.output(), random.split("output"));
    }

    /** Forward through the layers, with the masks as they are. */
    void forward(int worker, Sequences in) {
        RecurrentLayer bottom = stack.bottom();
        input.forward(worker, in, training ? bottom.inputMask() : null, bottom.inputAddress());
        engine.team().barrier();
        stack.forward(worker, times);
    }

    /** {@link #forward} with masks of ones: those of the last training window would still be there. */
    void forwardWithoutDropout(int worker, Sequences in) {
        if (training) {
            drawMasks(worker, Dropout.NONE, new RandomSource(0));
            engine.team().barrier();
        }
        forward(worker, in);
    }

    /** Forward to what leaves, with masks that are drawn first. */
    void forward(int worker, Sequences in, IntConsumer masks) {
        times.start(worker);
        masks.accept(worker);
        engine.team().barrier();
        forward(worker, in);
        head.forward(worker, outputStates(), in);
    }

    /**
     * Backward to the gradients.
     *
     * @param against holds what leaves against something and backpropagates that to the states
     * @param gradients arena of gradients
     */
    void backward(int worker, Sequences in, IntConsumer against, long gradients) {
        clearEarlyGradients(worker);
        against.accept(worker);
        times.end(worker, Phase.OUTPUT);
        stack.backward(worker);
        times.end(worker, Phase.CHAIN_BACKWARD);
        RecurrentLayer bottom = stack.bottom();
        stack.weightGradients(worker, gradients);
        input.backward(worker, in, bottom.inputMask(), bottom.inputGradientAddress(), gradients);
        engine.team().barrier();
        times.end(worker, Phase.WEIGHT_GRADIENTS);
    }

    /** Steps without outputs have no gradient of their own; each worker clears its own units. */
    private void clearEarlyGradients(int worker) {
        UnitSlices hidden = stack.top().hidden();
        int width = hidden.width(worker);
        for (int row = 0; row < window.firstOutputRow() && width > 0; row++) {
            long at = (long) row * hidden.padded() + hidden.start(worker);
            NativeMemory.zero(stack.top().outputGradientAddress() + 4 * at, 4L * width);
        }
    }

    private long outputOffset() {
        return 4L * window.firstOutputRow() * stack.top().hidden().padded();
    }

    /** Where the states lie that what leaves is made of [S·B, padded H], f32. */
    long outputStates() {
        return stack.top().outputAddress() + outputOffset();
    }

    /** Where their gradients lie. */
    long outputStateGradients() {
        return stack.top().outputGradientAddress() + outputOffset();
    }

    /** The bare products, for the floor of benchmarks; those of the forward pass alone where nothing is trained. */
    void products(int worker, long gradients) {
        stack.forwardProducts(worker);
        head.products(worker, training ? outputStateGradients() : 0, gradients);
        if (training) {
            stack.backwardProducts(worker, gradients);
        }
    }
}
