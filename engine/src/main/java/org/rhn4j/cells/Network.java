package org.rhn4j.cells;

import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.PackedProducts;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.WorkerTeam;
import org.rhn4j.numbers.Workspace;

/**
 * A recurrent network for windows of one shape, forward and, where it is made for training, backward: what enters →
 * layers → what leaves, as a {@link Architecture} says. The states of the layers are carried from window to window.
 *
 * <p>Several networks may share one set of {@link Parameters}: one to train with windows of 35 × 20, one to evaluate a
 * single stream, one to go step by step. Each has packed copies of the weights in the layout that its windows want;
 * {@link #pack} brings them up to date after the parameters changed.
 *
 * <p>Owns native memory: close it. Not safe for use by several threads at once.
 */
public final class Network implements TrainedPart, AutoCloseable {
    /** A target of a softmax that is not counted: no loss, no gradient. */
    public static final int IGNORED = -1;

    /** The parts of a training step, for timing. */
    public enum Phase {
        /** Masks, what enters, and the input products. */
        INPUT,
        /** The chain of micro-layers. */
        CHAIN_FORWARD,
        /** What follows the last layer, its loss, and their gradients. */
        OUTPUT,
        /** Backpropagation through the chain, and to the input. */
        CHAIN_BACKWARD,
        /** Products that give the gradients of the weights. */
        WEIGHT_GRADIENTS,
        /** Norm, clipping, optimiser and packing. */
        UPDATE
    }

    private final Engine engine;
    private final Parameters parameters;
    private final Architecture architecture;
    private final WindowShape window;
    private final Workspace workspace = new Workspace("network");
    private final PackedProducts products;
    private final Pass pass;
    private final @Nullable Gradients gradients;
    private final boolean ownsGradients;
    private final double[] losses;
    private @Nullable Sequences forwarded;

    /**
     * The engine for networks of an architecture, with no more threads than serve them; {@link Engine#fitting} says more.
     *
     * @param rows sequences side by side that they mostly run on
     */
    public static Engine engineFor(Architecture a, int rows, Engine engine) {
        int units =
                a.layers().stream().mapToInt(Architecture.Layer::units).max().orElseThrow();
        return engine.fitting(units, rows);
    }

    /** The parameters of an architecture, laid out for a number of threads; not allocated. */
    public static Parameters parameters(Architecture architecture, int threads) {
        Parameters parameters = new Parameters();
        addParameters(parameters, architecture, threads);
        return parameters;
    }

    /** Adds the parameters of one of several parts, best in a {@link Parameters#scope} of its own. */
    public static void addParameters(Parameters parameters, Architecture architecture, int threads) {
        architecture.addTo(parameters, threads);
    }

    /**
     * Plans a network. Nothing large is allocated before {@link #allocate}; {@link #plannedBytes} says how much it
     * will be.
     *
     * @param parameters of the architecture, for as many threads as the engine has
     * @param training whether gradients will be wanted
     * @throws IllegalArgumentException if the parameters are of another shape or for another number of threads
     */
    public Network(
            Engine engine, Parameters parameters, Architecture architecture, WindowShape window, boolean training) {
        this(engine, parameters, architecture, window, training ? new Gradients(parameters) : null, true);
    }

    /**
     * Plans a network for training, one of several parts that are trained together.
     *
     * @param parameters of the architecture, in the part's scope
     * @param gradients of all parts, which the caller allocates and closes
     */
    public Network(
            Engine engine, Parameters parameters, Architecture architecture, WindowShape window, Gradients gradients) {
        this(engine, parameters, architecture, window, gradients, false);
    }

    private Network(
            Engine engine,
            Parameters parameters,
            Architecture architecture,
            WindowShape window,
            @Nullable Gradients gradients,
            boolean ownsGradients) {
        this.engine = engine;
        this.parameters = parameters;
        this.architecture = architecture;
        this.window = window;
        this.gradients = gradients;
        this.ownsGradients = ownsGradients;
        products = new PackedProducts(engine, workspace);
        pass = new Pass(engine, workspace, products, parameters, architecture, window, gradients != null);
        products.reserveScratchpads();
        losses = new double[window.outputRows()];
    }

    /** Bytes of native memory that allocating the network takes. */
    public long plannedBytes() {
        return workspace.reservedBytes() + (ownsGradients && gradients != null ? gradients.plannedBytes() : 0);
    }

    /** Allocates the network and packs the weights. */
    public Network allocate() {
        workspace.allocate();
        if (ownsGradients && gradients != null) {
            gradients.allocate();
        }
        products.bind();
        pack();
        if (gradients != null) {
            run(worker -> pass.drawMasks(worker, Dropout.NONE, new RandomSource(0)));
        }
        return this;
    }

    /**
     * Keeps the network's memory and the weights until the use is closed. Every call that reads or writes them takes
     * one by itself; what spans several calls and must not be torn apart by a close takes one around them.
     *
     * @throws IllegalStateException if the network or the weights are closed
     */
    @Override
    public Workspace.Use use() {
        Workspace.Use use = workspace.use().and(parameters::use);
        return gradients == null ? use : use.and(gradients::use);
    }

    private void run(WorkerTeam.Job job) {
        try (var _ = use()) {
            engine.team().run(job);
        }
    }

    /** Brings the packed weights up to date with the parameters. */
    @Override
    public void pack() {
        run(this::pack);
    }

    /** {@link #pack()}, one worker's part, inside a job of the team. */
    public void pack(int worker) {
        products.pack(worker, parameters.address());
        packDerived(worker);
    }

    /** {@link #pack(int)} of one parameter; {@link #packDerived} must follow the last. */
    @Override
    public void pack(int worker, Parameters.Parameter parameter) {
        products.pack(worker, parameters.address(), parameter.offset(), parameter.offset() + parameter.length());
    }

    /** What layers derive from parameters besides packed weights. */
    @Override
    public void packDerived(int worker) {
        pass.stack().pack(worker);
    }

    // --- one window ---

    /**
     * The loss of a window under a softmax and its gradients; the states are carried on.
     *
     * <p>The loss is summed over time and averaged over the batch, as the authors' code does.
     *
     * @param targets ids [S·B], or {@link #IGNORED}
     * @param dropout rates
     * @param random source of this window's masks
     * @return the cross-entropy in nats
     * @throws IllegalStateException if the network has no softmax, or was made for inference
     */
    public double gradients(Sequences in, int[] targets, Dropout dropout, RandomSource random) {
        SoftmaxOutput softmax = softmax();
        softmax.check(targets);
        begin(in, dropout, random);
        gradientsJob(in, masks(dropout, random), against(softmax, targets));
        return softmax.loss();
    }

    /** {@link #gradients} with the masks as they were set. */
    double gradientsWithSetMasks(Sequences in, int[] targets) {
        SoftmaxOutput softmax = softmax();
        check(in);
        gradientsJob(in, worker -> {}, against(softmax, targets));
        return softmax.loss();
    }

    /**
     * The loss of a window that the caller gives and its gradients; the states are carried on.
     *
     * @param loss what a row's outputs (or states, where they leave as they are) are held against
     * @param dropout rates
     * @param random source of this window's masks
     * @return the sum of the rows' losses
     * @throws IllegalStateException if the network has a softmax, or was made for inference
     */
    public double gradients(Sequences in, OutputLoss loss, Dropout dropout, RandomSource random) {
        IntConsumer against = against(loss);
        begin(in, dropout, random);
        gradientsJob(in, masks(dropout, random), against);
        return sumOfLosses();
    }

    /**
     * Runs a window with dropout and keeps what {@link #backward(int[], List)} and its like need; the states are carried
     * on. {@link #states()} gives the final ones, {@link #outputs()} what left.
     *
     * @param dropout rates
     * @param random source of this window's masks
     * @throws IllegalStateException if the network was made for inference
     */
    public void forward(Sequences in, Dropout dropout, RandomSource random) {
        begin(in, dropout, random);
        IntConsumer masks = masks(dropout, random);
        run(worker -> pass.forward(worker, in, masks));
        forwarded = in;
    }

    /**
     * Backpropagates the cross-entropy of the window that was last run {@link #forward(Sequences, Dropout, RandomSource)
     * forward}. Afterwards the gradients of the parameters, of the initial states and of what entered can be read.
     *
     * @param targets ids [S·B], or {@link #IGNORED}
     * @param finalStates the gradient that the window's final states receive besides, one of each layer; null for none
     * @return the cross-entropy in nats, summed over time and averaged over the batch
     * @throws IllegalStateException if no window was run forward, or the network has no softmax
     */
    public double backward(int[] targets, @Nullable List<LayerState> finalStates) {
        SoftmaxOutput softmax = softmax();
        softmax.check(targets);
        backwardJob(against(softmax, targets), finalStates);
        return softmax.loss();
    }

    /**
     * As {@link #backward(int[], List)} with a loss that the caller gives.
     *
     * @return the sum of the rows' losses
     * @throws IllegalStateException if no window was run forward, or the network has a softmax
     */
    public double backward(OutputLoss loss, @Nullable List<LayerState> finalStates) {
        backwardJob(against(loss), finalStates);
        return sumOfLosses();
    }

    /**
     * As {@link #backward(int[], List)} from the gradient of what left.
     *
     * @param outputs gradient of the outputs, or of the states where they leave as they are [S·B·O]; null for none
     * @throws IllegalStateException if no window was run forward, or the network has a softmax
     */
    public void backward(float @Nullable [] outputs, @Nullable List<LayerState> finalStates) {
        int size = architecture.outputSize();
        if (outputs != null) {
            requireOutputs(outputs);
        }
        OutputLoss given = (row, _, gradient) -> {
            if (outputs != null) {
                System.arraycopy(outputs, row * size, gradient, 0, size);
            }
            return 0;
        };
        backwardJob(against(given), finalStates);
    }

    /** Holds the outputs against targets and backpropagates that to the states. */
    private IntConsumer against(SoftmaxOutput softmax, int[] targets) {
        return worker -> softmax.forwardBackward(
                worker, pass.outputStates(), targets, pass.outputStateGradients(), gradientAddress());
    }

    private IntConsumer against(OutputLoss loss) {
        return switch (pass.head()) {
            case LinearOutput linear ->
                worker -> {
                    linear.loss(worker, loss, losses);
                    engine.team().barrier();
                    linear.backward(worker, pass.outputStateGradients(), gradientAddress());
                };
            case StateOutput out ->
                worker -> {
                    out.loss(worker, pass.outputStates(), loss, losses, pass.outputStateGradients());
                    engine.team().barrier();
                };
            case SoftmaxOutput softmax -> throw new IllegalStateException("a softmax has a loss of its own");
        };
    }

    private double sumOfLosses() {
        double sum = 0;
        for (double rowLoss : losses) {
            sum += rowLoss;
        }
        return sum;
    }

    /** Checks and readies a window that is run with masks. */
    private void begin(Sequences in, Dropout dropout, RandomSource random) {
        check(in);
        if (gradients == null) {
            throw new IllegalStateException("a network made for inference has no masks and no gradients");
        }
        pass.input().drawMask(dropout.embedding(), random.split("embedding"));
    }

    private IntConsumer masks(Dropout dropout, RandomSource random) {
        return worker -> pass.drawMasks(worker, dropout, random);
    }

    private void gradientsJob(Sequences in, IntConsumer masks, IntConsumer against) {
        runBackward(null, worker -> {
            pass.forward(worker, in, masks);
            pass.backward(worker, in, against, gradientAddress());
        });
    }

    private void runBackward(@Nullable List<LayerState> finalStates, WorkerTeam.Job job) {
        try (var _ = use()) {
            pass.stack().setFinalGradients(finalStates);
            engine.team().run(job);
        }
    }

    private void backwardJob(IntConsumer against, @Nullable List<LayerState> finalStates) {
        Sequences in = forwarded;
        if (in == null) {
            throw new IllegalStateException("a window is run backward only after it was run forward");
        }
        runBackward(finalStates, worker -> {
            pass.times().start(worker);
            pass.backward(worker, in, against, gradientAddress());
        });
    }

    /**
     * What leaves after a window, without dropout: logits, linear outputs, or states. The states are carried on.
     *
     * @param outputs receives [S·B·O]
     */
    public void outputs(Sequences in, float[] outputs) {
        check(in);
        requireOutputs(outputs);
        pass.input().drawMask(0, new RandomSource(0));
        run(worker -> {
            pass.forwardWithoutDropout(worker, in);
            pass.head().outputs(worker, pass.outputStates(), in, outputs);
        });
    }

    /**
     * What left after the window that was last run forward [S·B·O]: linear outputs, or states.
     *
     * @throws IllegalStateException if no window was run forward, or the network has a softmax, whose logits never exist
     *     whole
     */
    public float[] outputs() {
        Sequences in = forwarded;
        if (in == null) {
            throw new IllegalStateException("no window was run forward");
        }
        float[] outputs = new float[Math.multiplyExact(window.outputRows(), architecture.outputSize())];
        run(worker -> {
            switch (pass.head()) {
                case LinearOutput linear -> linear.copyOut(worker, outputs);
                case StateOutput states -> states.outputs(worker, pass.outputStates(), in, outputs);
                case SoftmaxOutput softmax -> throw new IllegalStateException("the logits of a window are not kept");
            }
        });
        return outputs;
    }

    private void requireOutputs(float[] outputs) {
        int expected = Math.multiplyExact(window.outputRows(), architecture.outputSize());
        if (outputs.length != expected) {
            throw new IllegalArgumentException("the outputs have " + expected + " values, not " + outputs.length);
        }
    }

    /**
     * Losses of a window under a softmax without gradients or dropout; the states are carried on.
     *
     * @param targets ids [S·B], or {@link #IGNORED}
     * @return nats per row [S·B] and on, valid until the next call; 0 where the target was ignored
     * @throws IllegalStateException if the network has no softmax
     */
    public float[] losses(Sequences in, int[] targets) {
        SoftmaxOutput softmax = softmax();
        softmax.check(targets);
        check(in);
        pass.input().drawMask(0, new RandomSource(0));
        run(worker -> {
            pass.forwardWithoutDropout(worker, in);
            softmax.forward(worker, pass.outputStates(), targets);
        });
        return softmax.losses();
    }

    /**
     * Losses of a window under a softmax with dropout and without gradients; the states are carried on.
     *
     * @param targets ids [S·B], or {@link #IGNORED}
     * @param dropout rates
     * @param random source of this window's masks
     * @return nats per row [S·B] and on, valid until the next call; 0 where the target was ignored
     * @throws IllegalStateException if the network has no softmax, or was made for inference, and so has no masks
     */
    public float[] lossesWithDropout(Sequences in, int[] targets, Dropout dropout, RandomSource random) {
        SoftmaxOutput softmax = softmax();
        softmax.check(targets);
        begin(in, dropout, random);
        run(worker -> {
            pass.drawMasks(worker, dropout, random);
            engine.team().barrier();
            pass.forward(worker, in);
            softmax.forward(worker, pass.outputStates(), targets);
        });
        return softmax.losses();
    }

    /** Losses that the last window had under a softmax, in nats per row [S·B] and on; valid until the next call. */
    public float[] lastLosses() {
        return softmax().losses();
    }

    /**
     * Sets what share of each target's probability is spread over all classes in the gradients of later windows (Szegedy
     * et al., 2016). The losses stay those of the targets alone.
     *
     * @throws IllegalStateException if the network has no softmax
     */
    public void setLabelSmoothing(double share) {
        softmax().setLabelSmoothing(share);
    }

    /** Refuses what does not fit; what does is the window that is run next. */
    private void check(Sequences in) {
        pass.input().check(in);
        pass.head().check(in);
        int @Nullable [] lengths = in.lengths();
        pass.stack().setActive(lengths == null ? null : new ActiveRows(lengths, window));
        forwarded = null;
    }

    // --- states ---

    /** The carried states of all layers. */
    @Override
    public List<LayerState> states() {
        try (var _ = use()) {
            return pass.stack().states();
        }
    }

    /** Sets the carried states of all layers. */
    @Override
    public void setStates(List<LayerState> states) {
        try (var _ = use()) {
            pass.stack().setStates(states);
        }
    }

    /** Sets the carried states to zero. */
    public void clearStates() {
        for (int sequence = 0; sequence < window.batch(); sequence++) {
            clearState(sequence);
        }
    }

    /** Sets the carried states of one sequence to zero. */
    public void clearState(int sequence) {
        try (var _ = use()) {
            pass.stack().clearState(sequence);
        }
    }

    // --- what the last window left ---

    /**
     * The gradients that the network writes: after a window was run backward, those of its parameters.
     *
     * @throws IllegalStateException if the network was made for inference
     */
    @Override
    public Gradients gradients() {
        Gradients written = gradients;
        if (written == null) {
            throw new IllegalStateException("a network made for inference has no masks and no gradients");
        }
        return written;
    }

    private long gradientAddress() {
        return gradients().address();
    }

    /** The gradient of a parameter, row-major in its visible shape. */
    public float[] gradient(String parameter) {
        return gradients().values(parameters.get(parameter));
    }

    /** Gradients of the states that the window began from, one of each layer, after it was run backward. */
    public List<LayerState> initialGradients() {
        try (var _ = use()) {
            return pass.stack().initialGradients();
        }
    }

    /**
     * Gradient of the values that entered [T·B·F], after the window was run backward.
     *
     * @throws IllegalStateException if tokens enter
     */
    public float[] inputGradients() {
        if (architecture.input() instanceof Architecture.Tokens) {
            throw new IllegalStateException("tokens have no gradient; their table has");
        }
        try (var _ = use()) {
            return inputGradientsOf(pass.stack().bottom());
        }
    }

    private float[] inputGradientsOf(RecurrentLayer bottom) {
        int size = bottom.input().units();
        float[] values = copyRows(bottom.inputGradientAddress(), bottom.input());
        for (int i = 0; i < values.length; i++) {
            values[i] *= NativeMemory.getFloat(bottom.inputMask().address(i / size % window.batch(), i % size));
        }
        return values;
    }

    /**
     * What entered the first layer [T·B·E], masked; exact where the engine's precision is f32.
     *
     * @throws IllegalStateException if it is not
     */
    public float[] entered() {
        if (engine.precision().bytes() != Float.BYTES) {
            throw new IllegalStateException("what entered was rounded to bf16");
        }
        try (var _ = use()) {
            return copyRows(
                    pass.stack().bottom().inputAddress(), pass.stack().bottom().input());
        }
    }

    /** The states of a layer after each step [T·B·H]. */
    public float[] states(int layer) {
        RecurrentLayer of = pass.stack().layers().get(layer);
        try (var _ = use()) {
            return copyRows(of.outputAddress(), of.hidden());
        }
    }

    private float[] copyRows(long address, UnitSlices units) {
        float[] values = new float[Math.multiplyExact(window.rows(), units.units())];
        for (int row = 0; row < window.rows(); row++) {
            NativeMemory.copyOut(address + 4L * row * units.padded(), values, row * units.units(), units.units());
        }
        return values;
    }

    /** Meters of the layers' health, from the input up; the network was made for training. */
    @Override
    public List<LayerHealthMeter> healthMeters() {
        return pass.stack().layers().stream().map(LayerHealthMeter::new).toList();
    }

    /**
     * Runs the matrix products of one training step (or, for inference, one forward window) alone: the floor that
     * the processor and oneDNN set. The gradients are meaningless afterwards.
     */
    public void productsOnly() {
        run(worker -> pass.products(worker, gradients == null ? 0 : gradientAddress()));
    }

    @Override
    public int steps() {
        return window.steps();
    }

    /** What the network computes. */
    public Architecture architecture() {
        return architecture;
    }

    /** The windows that it runs on. */
    public WindowShape window() {
        return window;
    }

    RecurrentLayer layer(int index) {
        return pass.stack().layers().get(index);
    }

    /** The mask of what enters the head [B,H]; training only. */
    Mask outputMask() {
        return switch (pass.head()) {
            case SoftmaxOutput softmax -> softmax.outputMask();
            case LinearOutput linear -> linear.mask();
            case StateOutput states -> throw new IllegalStateException("states leave without a mask");
        };
    }

    private SoftmaxOutput softmax() {
        if (pass.head() instanceof SoftmaxOutput softmax) {
            return softmax;
        }
        throw new IllegalStateException("this network has no softmax");
    }

    // --- timing ---

    @Override
    public void addUpdateNanoseconds(long value) {
        pass.times().add(Phase.UPDATE, value);
    }

    /** Nanoseconds by phase since the last call of {@link #clearTimes}. */
    public Map<Phase, Long> times() {
        return pass.times().byPhase();
    }

    /** Sets all times to zero. */
    public void clearTimes() {
        pass.times().clear();
    }

    @Override
    public void close() {
        workspace.close();
        if (ownsGradients && gradients != null) {
            gradients.close();
        }
    }
}
