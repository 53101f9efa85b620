package org.rhn4j.cells;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.PackedProducts;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.WorkerTeam;
import org.rhn4j.numbers.Workspace;
import org.rhn4j.numbers.pointwise.Pointwise;

/**
 * One layer of any {@link Cell}, for a fixed window [T,B]: forward, and backpropagation through time.
 *
 * <p>Only the chain of T·L dependent micro-layers is serial. Inside the time loop stands nothing else: one product and
 * one elementwise pass per micro-layer and worker, then a barrier. Each worker owns a slice of the units, and of each
 * product the columns that belong to them, so that it needs no more from the others than the new state. The input
 * product for all steps comes before the loop; the gradients of each weight are one product with K = T·B after it.
 *
 * <p>All methods with a {@code worker} are run by every member of the team at once.
 *
 * <p>Memory of a training window, in operands (2 bytes in bf16): per unit, sequence, step and micro-layer,
 * {@link Cell#factors()} factors, the product's operand, and {@link Cell#gates()} gradients, twice that where the cell
 * has its recurrent product apart.
 */
final class RecurrentLayer {
    private final WorkerTeam team;
    private final Pointwise pointwise;
    private final Precision precision;
    private final Workspace workspace;
    private final Cell cell;
    private final boolean apart;
    private final UnitSlices input;
    private final UnitSlices hidden;
    private final int steps;
    private @Nullable ActiveRows active;
    private final int batch;
    private final boolean training;
    private final int gates;
    private final int depth;
    private final int gateStride;

    private final Parameters parameters;
    private final Parameters.Parameter inputWeight;
    private final List<Parameters.Parameter> recurrentWeights = new ArrayList<>();
    private final List<List<Parameters.Parameter>> biases = new ArrayList<>();

    private final LayerShare[] shares;
    private final long x;
    private final long state;
    private final long memory;
    private final long[] operands;
    private final long states;
    private long outputGradient;
    private long gateGradients;
    private long recurrentGateGradients;
    private long stateGradient;
    private long memoryGradient;
    private long inputGradient;
    private long finalStateGradient;
    private long finalMemoryGradient;
    private boolean hasFinalGradient;
    private @Nullable Mask inputMask;
    private @Nullable Mask stateMask;
    private @Nullable Mask updateMask;

    /** The shapes of a layer: window length T, batch B, input and hidden units, and whether it will be trained. */
    public record Shape(int steps, int batch, int inputSize, int hiddenSize, boolean training) {}

    /** Adds the parameters of a layer under a prefix such as {@code layers.0.}. */
    public static void addParameters(
            Parameters parameters, String prefix, Cell cell, int inputSize, int hiddenSize, int threads) {
        UnitSlices input = UnitSlices.of(inputSize, threads);
        UnitSlices hidden = UnitSlices.of(hiddenSize, threads);
        parameters.addGateMatrix(prefix + cell.inputWeightName(), cell.gates(), hidden, input);
        for (int l = 0; l < cell.depth(); l++) {
            parameters.addGateMatrix(prefix + cell.recurrentWeightName(l), cell.gates(), hidden, hidden);
            for (String bias : cell.biasNames(l)) {
                parameters.addGateVector(prefix + bias, cell.gates(), hidden);
            }
        }
    }

    /** Makes the products and reserves the buffers; usable after workspace and products are allocated and bound. */
    public RecurrentLayer(
            Engine engine,
            Workspace workspace,
            PackedProducts products,
            Parameters parameters,
            String prefix,
            Cell cell,
            Shape shape) {
        this.team = engine.team();
        this.pointwise = engine.pointwise();
        this.precision = engine.precision();
        this.workspace = workspace;
        this.parameters = parameters;
        this.cell = cell;
        this.apart = cell.hasApart();
        this.input = UnitSlices.of(shape.inputSize, engine.threads());
        this.hidden = UnitSlices.of(shape.hiddenSize, engine.threads());
        this.steps = shape.steps;
        this.batch = shape.batch;
        this.training = shape.training;
        this.gates = cell.gates();
        this.depth = cell.depth();
        this.gateStride = gates * hidden.padded();
        inputWeight = parameters.get(prefix + cell.inputWeightName());
        for (int l = 0; l < depth; l++) {
            recurrentWeights.add(parameters.get(prefix + cell.recurrentWeightName(l)));
            biases.add(cell.biasNames(l).stream()
                    .map(name -> parameters.get(prefix + name))
                    .toList());
        }
        if (!Arrays.equals(recurrentWeights.getFirst().rowMap(), Parameters.gateRows(gates, hidden))) {
            throw new IllegalArgumentException(
                    "the parameters are laid out for another number of threads than the engine's " + engine.threads());
        }
        long rows = (long) steps * batch;
        long operandRow = (long) precision.bytes() * hidden.padded();
        x = workspace.reserve(rows * input.padded() * precision.bytes());
        state = workspace.reserveFloats((long) batch * hidden.padded());
        memory = cell.hasMemory() ? workspace.reserveFloats((long) batch * hidden.padded()) : 0;
        states = workspace.reserveFloats(rows * hidden.padded());
        operands = new long[training ? depth : 2];
        for (int i = 0; i < operands.length; i++) {
            operands[i] = workspace.reserve((training ? rows + batch : batch) * operandRow);
        }
        if (training) {
            reserveForTraining(rows);
        }
        shares = LayerShare.ofAll(
                engine,
                new LayerShare.Sizes(
                        cell, shape, input, hidden, precision, engine.hasVectors(), inputWeight, recurrentWeights),
                products,
                workspace);
    }

    private void reserveForTraining(long rows) {
        outputGradient = workspace.reserveFloats(rows * hidden.padded());
        gateGradients = workspace.reserve(depth * rows * gateStride * precision.bytes());
        recurrentGateGradients = apart ? workspace.reserve(rows * gateStride * precision.bytes()) : gateGradients;
        stateGradient = workspace.reserveFloats((long) batch * hidden.padded());
        memoryGradient = workspace.reserveFloats((long) batch * hidden.padded());
        inputGradient = workspace.reserveFloats(rows * input.padded());
        finalStateGradient = workspace.reserveFloats((long) batch * hidden.padded());
        finalMemoryGradient = workspace.reserveFloats((long) batch * hidden.padded());
        inputMask = new Mask(workspace, batch, input);
        stateMask = new Mask(workspace, batch, hidden);
        updateMask = new Mask(workspace, batch, hidden);
    }

    // --- one window ---

    /** Draws the masks of a window, each worker its own units. A barrier must follow before they are used. */
    public void drawMasks(int worker, Dropout dropout, RandomSource random) {
        if (inputMask != null && stateMask != null && updateMask != null) {
            inputMask.draw(worker, dropout.input(), random.split("input"));
            stateMask.draw(worker, dropout.state(), random.split("state"));
            updateMask.draw(worker, dropout.update(), random.split("update"));
        }
    }

    /** Brings what the layer derives from the parameters up to date (biases; weights are packed by the products). */
    public void pack(int p) {
        LayerShare share = shares[p];
        int own = share.own;
        for (int l = 0; l < depth && own > 0; l++) {
            long target = biasAddress(share, l);
            NativeMemory.zero(target, 4L * own);
            List<Parameters.Parameter> added = biases.get(l);
            for (int b = 0; b < added.size(); b++) {
                long source = parameters.address() + 4 * (added.get(b).offset() + share.firstRow());
                if (apart && b + 1 == added.size()) {
                    NativeMemory.copy(source, workspace.address(share.recurrentBias), 4L * own);
                } else {
                    pointwise.addMasked(target, source, Pointwise.NONE, 1f, own);
                }
            }
        }
    }

    private long biasAddress(LayerShare share, int l) {
        return workspace.address(share.bias) + 4L * share.own * l;
    }

    /** The input's part of the window, from {@link #inputAddress} [T·B, I]: one product for all steps. */
    public void forwardInput(int p) {
        LayerShare share = shares[p];
        if (share.width > 0) {
            for (int row = 0; row < batch; row++) {
                long index = (long) row * hidden.padded() + share.start;
                pointwise.toOperand(
                        workspace.address(state) + 4 * index,
                        stateMask == null ? Pointwise.NONE : stateMask.address(row, share.start),
                        1f,
                        operand(0, 0) + precision.bytes() * index,
                        share.width,
                        precision);
            }
            multiply(share.inputProduct, workspace.address(x), workspace.address(share.fromInput));
        }
        team.barrier();
    }

    /**
     * Runs the chain over the window, from the input's part and the carried state to {@link #outputAddress} [T·B, H].
     * Outputs of all workers are complete on return.
     */
    public void forwardChain(int p) {
        LayerShare share = shares[p];
        CellKernel.Slice slice = slice(share);
        int micro = 0;
        for (int t = 0; t < activeSteps(); t++) {
            for (int l = 0; l < depth; l++, micro++) {
                if (share.width > 0) {
                    forwardMicroLayer(share, slice, t, l, micro);
                }
                team.barrier();
            }
        }
        if (active != null) {
            holdStates(share, active);
            team.barrier();
        }
    }

    private int activeSteps() {
        return active == null ? steps : active.longest();
    }

    /** The states after a sequence's end are its last; operands of steps that did not run are zeros. */
    private void holdStates(LayerShare share, ActiveRows rows) {
        long operandBytes = (long) precision.bytes() * share.width;
        for (int row = 0; row < batch && share.width > 0; row++) {
            long unit = (long) row * hidden.padded() + share.start;
            for (int t = rows.length(row); t < steps; t++) {
                long output = (long) t * batch * hidden.padded() + unit;
                NativeMemory.copy(
                        workspace.address(state) + 4 * unit, workspace.address(states) + 4 * output, 4L * share.width);
                for (int l = 0; l < depth && training; l++) {
                    NativeMemory.zero(operand(l, t) + precision.bytes() * unit, operandBytes);
                }
            }
        }
    }

    private void forwardMicroLayer(LayerShare share, CellKernel.Slice slice, int t, int l, int micro) {
        long from = training ? operand(l, t) : operand(micro & 1, 0);
        long to = !training ? operand((micro + 1) & 1, 0) : l + 1 < depth ? operand(l + 1, t) : operand(0, t + 1);
        slice.preActivation = multiplyChain(share, l, t, from);
        slice.bias = biasAddress(share, l);
        slice.nextOperand = to + (long) precision.bytes() * share.start;
        slice.output = l + 1 == depth
                ? workspace.address(states) + 4L * ((long) t * batch * hidden.padded() + share.start)
                : 0;
        slice.factors = training ? factors(share, l, t) : 0;
        if (active == null) {
            share.kernel.forward(slice);
        } else {
            int[] runs = active.runs(t);
            for (int i = 0; i < runs.length; i += 2) {
                slice.select(runs[i], runs[i + 1]);
                share.kernel.forward(slice);
                slice.deselect(runs[i], batch);
            }
        }
    }

    /** The product of a micro-layer; returns the address of the pre-activations. */
    private long multiplyChain(LayerShare share, int l, int t, long from) {
        PackedProducts.Weights weights = present(share.chain[l]);
        if (l == 0) {
            long to = workspace.address(share.fromInput) + 4L * t * batch * share.own;
            if (apart) {
                weights.multiply(from, workspace.address(share.preActivation));
            } else {
                weights.multiplyWith(present(share.accumulating), from, to);
            }
            return to;
        }
        long to = workspace.address(share.preActivation);
        weights.multiply(from, to);
        return to;
    }

    /**
     * Backpropagates through the chain: from {@link #outputGradientAddress} (own units) to the gradients of the
     * pre-activations, complete for all workers on return, and of the initial state (own units).
     */
    public void backwardChain(int p) {
        LayerShare share = shares[p];
        CellKernel.Slice slice = slice(share);
        startGradients(share);
        slice.fromProduct = 0;
        for (int t = activeSteps() - 1; t >= 0; t--) {
            for (int l = depth - 1; l >= 0; l--) {
                if (share.width > 0) {
                    slice.outputGradient = l + 1 == depth
                            ? workspace.address(outputGradient)
                                    + 4L * ((long) t * batch * hidden.padded() + share.start)
                            : 0;
                    slice.factors = factors(share, l, t);
                    slice.gateGradient = gateGradient(l, t) + precision.bytes() * share.firstRow();
                    slice.recurrentGateGradient = recurrentGateGradient(l, t) + precision.bytes() * share.firstRow();
                    backward(share, slice, t);
                }
                team.barrier();
                if (share.width > 0) {
                    slice.fromProduct = workspace.address(share.returned);
                    multiply(share.chainBack[l], recurrentGateGradient(l, t), slice.fromProduct);
                }
            }
        }
        addReturnedToInitialState(share);
    }

    private void backward(LayerShare share, CellKernel.Slice slice, int t) {
        if (active == null) {
            share.kernel.backward(slice);
            return;
        }
        int[] runs = active.runs(t);
        for (int i = 0; i < runs.length; i += 2) {
            slice.select(runs[i], runs[i + 1]);
            share.kernel.backward(slice);
            slice.deselect(runs[i], batch);
        }
    }

    /** What is carried begins at the gradient of the final state, or at zero. */
    private void startGradients(LayerShare share) {
        for (int row = 0; row < batch && share.width > 0; row++) {
            long at = 4 * ((long) row * hidden.padded() + share.start);
            NativeMemory.zero(workspace.address(stateGradient) + at, 4L * share.width);
            if (hasFinalGradient) {
                pointwise.addMasked(
                        workspace.address(outputGradient) + 4L * (steps - 1) * batch * hidden.padded() + at,
                        workspace.address(finalStateGradient) + at,
                        Pointwise.NONE,
                        1f,
                        share.width);
                NativeMemory.copy(
                        workspace.address(finalMemoryGradient) + at,
                        workspace.address(memoryGradient) + at,
                        4L * share.width);
            } else {
                NativeMemory.zero(workspace.address(memoryGradient) + at, 4L * share.width);
            }
            if (active != null) {
                passToLastStep(share, row, active.length(row));
            }
        }
    }

    /** The states after a sequence's end are its last, so their gradients are its; what did not run has none. */
    private void passToLastStep(LayerShare share, int row, int length) {
        long at = 4 * ((long) row * hidden.padded() + share.start);
        long step = 4L * batch * hidden.padded();
        for (int t = steps - 1; t >= length; t--) {
            long to = t > 0
                    ? workspace.address(outputGradient) + step * (t - 1) + at
                    : workspace.address(stateGradient) + at;
            pointwise.addMasked(to, workspace.address(outputGradient) + step * t + at, Pointwise.NONE, 1f, share.width);
            for (int l = 0; l < depth; l++) {
                long gates = precision.bytes() * ((long) row * gateStride + share.firstRow());
                NativeMemory.zero(gateGradient(l, t) + gates, (long) precision.bytes() * share.own);
                if (apart) {
                    NativeMemory.zero(recurrentGateGradient(l, t) + gates, (long) precision.bytes() * share.own);
                }
            }
        }
    }

    /** The gradient of the masked input, {@link #inputGradientAddress}, own units; after {@link #backwardChain}. */
    public void inputGradient(int p) {
        LayerShare share = shares[p];
        if (share.inputBack != null) {
            multiply(share.inputBack, gateGradient(0, 0), workspace.address(inputGradient) + 4L * input.start(p));
        }
    }

    private void addReturnedToInitialState(LayerShare share) {
        for (int row = 0; row < batch && share.width > 0; row++) {
            pointwise.addMasked(
                    workspace.address(stateGradient) + 4 * ((long) row * hidden.padded() + share.start),
                    workspace.address(share.returned) + 4L * row * share.width,
                    present(stateMask).address(row, share.start),
                    1f,
                    share.width);
        }
    }

    /** Computes the gradients of this worker's rows of all parameters, into an arena laid out as the parameters. */
    public void weightGradients(int p, long gradients) {
        LayerShare share = shares[p];
        weightGradientProducts(p, gradients);
        for (int l = 0; l < depth && share.width > 0; l++) {
            long first = gradients + 4 * (biases.get(l).getFirst().offset() + share.firstRow());
            columnSums(share, ownGateGradient(share, l), first);
            for (Parameters.Parameter other :
                    biases.get(l).subList(1, biases.get(l).size())) {
                long target = gradients + 4 * (other.offset() + share.firstRow());
                if (apart) {
                    columnSums(share, ownRecurrentGateGradient(share, l), target);
                } else {
                    NativeMemory.copy(first, target, 4L * share.own);
                }
            }
        }
    }

    private void columnSums(LayerShare share, long gradients, long sums) {
        pointwise.columnSums(gradients, steps * batch, gateStride, share.own, precision, sums);
    }

    private long ownGateGradient(LayerShare share, int l) {
        return gateGradient(l, 0) + precision.bytes() * share.firstRow();
    }

    private long ownRecurrentGateGradient(LayerShare share, int l) {
        return recurrentGateGradient(l, 0) + precision.bytes() * share.firstRow();
    }

    // --- the bare products, for the floor of benchmarks ---

    /** The products of {@link #forwardInput} and {@link #forwardChain} alone. Values are meaningless. */
    public void forwardProducts(int p) {
        LayerShare share = shares[p];
        if (share.width == 0) {
            return;
        }
        multiply(share.inputProduct, workspace.address(x), workspace.address(share.fromInput));
        for (int t = 0; t < steps; t++) {
            for (int l = 0; l < depth; l++) {
                multiplyChain(share, l, t, training ? operand(l, t) : operand(l & 1, 0));
            }
        }
    }

    /** The products of {@link #backwardChain} and {@link #inputGradient} alone. */
    public void backwardProducts(int p) {
        LayerShare share = shares[p];
        for (int t = steps - 1; t >= 0 && share.width > 0; t--) {
            for (int l = depth - 1; l >= 0; l--) {
                multiply(share.chainBack[l], recurrentGateGradient(l, t), workspace.address(share.returned));
            }
        }
        inputGradient(p);
    }

    /** The products of {@link #weightGradients} alone. */
    public void weightGradientProducts(int p, long gradients) {
        LayerShare share = shares[p];
        if (share.width == 0) {
            return;
        }
        for (int l = 0; l < depth; l++) {
            long target = recurrentWeights.get(l).offset() + share.firstRow() * hidden.padded();
            present(share.recurrentGradient)
                    .execute(ownRecurrentGateGradient(share, l), operand(l, 0), gradients + 4 * target);
        }
        long target = inputWeight.offset() + share.firstRow() * input.padded();
        present(share.inputWeightGradient)
                .execute(ownGateGradient(share, 0), workspace.address(x), gradients + 4 * target);
    }

    // --- addresses ---

    /** Where the masked input [T·B, padded I] must lie, as operands. */
    public long inputAddress() {
        return workspace.address(x);
    }

    /** The outputs [T·B, padded H], f32. */
    public long outputAddress() {
        return workspace.address(states);
    }

    /** Where the gradient of the outputs [T·B, padded H] must lie, f32. */
    public long outputGradientAddress() {
        return workspace.address(outputGradient);
    }

    /** The gradient of the masked input [T·B, padded I], f32. */
    public long inputGradientAddress() {
        return workspace.address(inputGradient);
    }

    /** The cell. */
    public Cell cell() {
        return cell;
    }

    /** Lets only some rows run from now on; null for all. */
    void setActive(@Nullable ActiveRows rows) {
        active = rows;
    }

    /** Which rows run; null for all. */
    @Nullable
    ActiveRows active() {
        return active;
    }

    /** Steps T of the window. */
    public int steps() {
        return steps;
    }

    int batch() {
        return batch;
    }

    Precision precision() {
        return precision;
    }

    void barrier() {
        team.barrier();
    }

    /** What a worker's units kept in the forward pass of a micro-layer at a step [B, factors·w], operands. */
    long factorAddress(int worker, int l, int t) {
        return factors(shares[worker], l, t);
    }

    /** A row of R_l [gates·H, H], f32; rows in their visible order. */
    long recurrentRowAddress(int l, int row) {
        return parameters.address() + 4 * recurrentWeights.get(l).rowOffset(row);
    }

    /** Units of the input and how they are shared. */
    public UnitSlices input() {
        return input;
    }

    /** Units of the state and how they are shared. */
    public UnitSlices hidden() {
        return hidden;
    }

    /** m_x [B, I]; training only. */
    public Mask inputMask() {
        return present(inputMask);
    }

    /** m_s [B, H]; training only. */
    public Mask stateMask() {
        return present(stateMask);
    }

    /** m_u [B, H]; training only. */
    public Mask updateMask() {
        return present(updateMask);
    }

    /** The carried state as values: [B,H], and the memory [B,H] where the cell has one. */
    public LayerState state() {
        return new LayerState(copyOut(state), cell.hasMemory() ? copyOut(memory) : null, batch, hidden.units());
    }

    /** Sets the carried state. */
    public void setState(LayerState value) {
        requireFitting(value);
        copyIn(value.state(), state);
        if (value.memory() != null) {
            copyIn(value.memory(), memory);
        }
    }

    private void requireFitting(LayerState value) {
        if (value.batch() != batch || value.units() != hidden.units() || (value.memory() != null) != cell.hasMemory()) {
            throw new IllegalArgumentException("a state of " + value.batch() + " × " + value.units()
                    + " units does not fit a layer of " + batch + " × " + hidden.units());
        }
    }

    /** Sets the carried state of one sequence to zero. */
    public void clearState(int sequence) {
        Objects.checkIndex(sequence, batch);
        long at = 4L * sequence * hidden.padded();
        NativeMemory.zero(workspace.address(state) + at, 4L * hidden.padded());
        if (cell.hasMemory()) {
            NativeMemory.zero(workspace.address(memory) + at, 4L * hidden.padded());
        }
    }

    /** Sets the gradient of the carried state that a window leaves, for the backward passes that follow; null for none. */
    void setFinalGradient(@Nullable LayerState value) {
        hasFinalGradient = value != null;
        if (value != null) {
            requireFitting(value);
            copyIn(value.state(), finalStateGradient);
            if (value.memory() != null) {
                copyIn(value.memory(), finalMemoryGradient);
            }
        }
    }

    /** Gradient of the initial state after {@link #backwardChain}. */
    public LayerState initialStateGradient() {
        return new LayerState(
                copyOut(stateGradient), cell.hasMemory() ? copyOut(memoryGradient) : null, batch, hidden.units());
    }

    private float[] copyOut(long offset) {
        float[] values = new float[batch * hidden.units()];
        for (int row = 0; row < batch; row++) {
            long at = workspace.address(offset) + 4L * row * hidden.padded();
            NativeMemory.copyOut(at, values, row * hidden.units(), hidden.units());
        }
        return values;
    }

    private void copyIn(float[] values, long offset) {
        for (int row = 0; row < batch; row++) {
            long at = workspace.address(offset) + 4L * row * hidden.padded();
            NativeMemory.copyIn(values, row * hidden.units(), at, hidden.units());
            // the padding may hold what a diverged window left
            NativeMemory.zero(at + 4L * hidden.units(), 4L * (hidden.padded() - hidden.units()));
        }
    }

    private long operand(int index, int t) {
        return workspace.address(operands[index]) + (long) precision.bytes() * t * batch * hidden.padded();
    }

    private long factors(LayerShare share, int l, int t) {
        long perStep = (long) batch * cell.factors() * share.width;
        return workspace.address(share.factors) + precision.bytes() * perStep * ((long) l * steps + t);
    }

    private long gateGradient(int l, int t) {
        return workspace.address(gateGradients)
                + (long) precision.bytes() * gateStride * batch * ((long) l * steps + t);
    }

    private long recurrentGateGradient(int l, int t) {
        return gateGradient(l, t) - workspace.address(gateGradients) + workspace.address(recurrentGateGradients);
    }

    private CellKernel.Slice slice(LayerShare share) {
        CellKernel.Slice slice = share.slice;
        slice.rows = batch;
        slice.width = share.width;
        slice.stride = hidden.padded();
        slice.gateStride = gateStride;
        slice.precision = precision;
        slice.scratch = workspace.address(share.scratch);
        slice.recurrent = apart ? workspace.address(share.preActivation) : 0;
        slice.recurrentBias = apart ? workspace.address(share.recurrentBias) : 0;
        slice.state = workspace.address(state) + 4L * share.start;
        slice.memory = cell.hasMemory() ? workspace.address(memory) + 4L * share.start : 0;
        if (training) {
            slice.stateMask = present(stateMask).address(0, share.start);
            slice.updateMask = present(updateMask).address(0, share.start);
            slice.stateGradient = workspace.address(stateGradient) + 4L * share.start;
            slice.memoryGradient = workspace.address(memoryGradient) + 4L * share.start;
        }
        return slice;
    }

    private static void multiply(PackedProducts.@Nullable Weights weights, long a, long c) {
        present(weights).multiply(a, c);
    }

    static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("this layer was made for inference");
        }
        return value;
    }
}
