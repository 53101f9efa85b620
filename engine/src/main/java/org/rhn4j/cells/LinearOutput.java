package org.rhn4j.cells;

import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.NativeMemory;
import org.rhn4j.numbers.PackedProducts;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.WorkerTeam;
import org.rhn4j.numbers.Workspace;
import org.rhn4j.numbers.onednn.MatrixProduct;
import org.rhn4j.numbers.onednn.MatrixProduct.Layout;
import org.rhn4j.numbers.pointwise.Pointwise;

/**
 * Outputs [S·B, O] of the last S steps: W (m_o ⊙ s) + b, and A z where there are direct inputs z [S·B, D].
 *
 * <p>Each worker owns a slice of the outputs, and in the backward pass a slice of the units.
 */
final class LinearOutput implements NetworkHead {
    private final WorkerTeam team;
    private final Pointwise pointwise;
    private final Precision precision;
    private final Workspace workspace;
    private final Parameters parameters;
    private final Parameters.Parameter weight;
    private final Parameters.Parameter bias;
    private final Parameters.@Nullable Parameter directWeight;
    private final UnitSlices outputs;
    private final UnitSlices hidden;
    private final UnitSlices direct;
    private final int rows;
    private final int batch;

    private final long stateOperands;
    private final long directValues;
    private final long directOperands;
    private final long values;
    private final long valueGradients;
    private final long gradientOperands;
    private final @Nullable Mask mask;
    private final PackedProducts.@Nullable Weights[] fromState;
    private final PackedProducts.@Nullable Weights[] fromDirect;
    private final @Nullable MatrixProduct[] addDirect;
    private final PackedProducts.@Nullable Weights[] toState;
    private final @Nullable MatrixProduct[] weightGradient;
    private final @Nullable MatrixProduct[] directGradient;

    /** Makes the products and reserves the buffers. */
    LinearOutput(
            Engine engine,
            Workspace workspace,
            PackedProducts products,
            Parameters parameters,
            Architecture architecture,
            WindowShape window,
            boolean training) {
        team = engine.team();
        pointwise = engine.pointwise();
        precision = engine.precision();
        this.workspace = workspace;
        this.parameters = parameters;
        batch = window.batch();
        rows = window.outputRows();
        int threads = engine.threads();
        outputs = UnitSlices.of(architecture.outputSize(), threads);
        hidden = UnitSlices.of(architecture.top().units(), threads);
        direct = UnitSlices.of(Math.max(architecture.directSize(), 1), threads);
        weight = parameters.get(architecture.outputWeightName());
        bias = parameters.get(architecture.outputBiasName());
        directWeight = architecture.directSize() > 0 ? parameters.get(Architecture.DIRECT_WEIGHT) : null;
        stateOperands = workspace.reserve((long) rows * hidden.padded() * precision.bytes());
        boolean hasDirect = directWeight != null;
        directValues = hasDirect ? workspace.reserveFloats((long) rows * direct.padded()) : 0;
        directOperands = hasDirect ? workspace.reserve((long) rows * direct.padded() * precision.bytes()) : 0;
        values = workspace.reserveFloats((long) rows * outputs.padded());
        valueGradients = training ? workspace.reserveFloats((long) rows * outputs.padded()) : 0;
        gradientOperands = training ? workspace.reserve((long) rows * outputs.padded() * precision.bytes()) : 0;
        mask = training ? new Mask(workspace, batch, hidden) : null;
        fromState = new PackedProducts.@Nullable Weights[threads];
        fromDirect = new PackedProducts.@Nullable Weights[threads];
        addDirect = new @Nullable MatrixProduct[threads];
        toState = new PackedProducts.@Nullable Weights[threads];
        weightGradient = new @Nullable MatrixProduct[threads];
        directGradient = new @Nullable MatrixProduct[threads];
        for (int worker = 0; worker < threads; worker++) {
            makeForward(worker, products);
            if (training) {
                makeBackward(worker, products);
            }
        }
    }

    private void makeForward(int worker, PackedProducts products) {
        int own = outputs.width(worker);
        if (own == 0) {
            return;
        }
        Layout to = Layout.rows(outputs.padded());
        fromState[worker] = forward(worker, products, hidden.padded(), weight, to);
        if (directWeight != null) {
            PackedProducts.Weights weights = forward(worker, products, direct.padded(), directWeight, to);
            fromDirect[worker] = weights;
            addDirect[worker] = products.accumulating(worker, weights, Layout.rows(direct.padded()), to);
        }
    }

    private PackedProducts.Weights forward(
            int worker, PackedProducts products, int columns, Parameters.Parameter master, Layout to) {
        return products.weights(
                worker,
                rows,
                columns,
                outputs.width(worker),
                Layout.rows(columns),
                to,
                master.offset() + (long) outputs.start(worker) * columns,
                Layout.transposed(columns));
    }

    private void makeBackward(int worker, PackedProducts products) {
        if (hidden.width(worker) > 0) {
            toState[worker] = products.weights(
                    worker,
                    rows,
                    outputs.padded(),
                    hidden.width(worker),
                    Layout.rows(outputs.padded()),
                    Layout.rows(hidden.padded()),
                    weight.offset() + hidden.start(worker),
                    Layout.rows(hidden.padded()));
        }
        if (outputs.width(worker) > 0) {
            weightGradient[worker] = gradient(worker, products, hidden.padded());
            if (directWeight != null) {
                directGradient[worker] = gradient(worker, products, direct.padded());
            }
        }
    }

    private MatrixProduct gradient(int worker, PackedProducts products, int columns) {
        return products.add(
                worker,
                MatrixProduct.plain(
                        outputs.width(worker),
                        rows,
                        columns,
                        precision,
                        Layout.transposed(outputs.padded()),
                        Layout.rows(columns),
                        Layout.rows(columns),
                        false));
    }

    @Override
    public void drawMask(int worker, double rate, RandomSource random) {
        if (mask != null) {
            mask.draw(worker, rate, random);
        }
    }

    /** m_o [B,H]; training only. */
    Mask mask() {
        return RecurrentLayer.present(mask);
    }

    @Override
    public void check(Sequences in) {
        requireDirect(in, directWeight == null ? 0 : rows * direct.units());
    }

    static void requireDirect(Sequences in, int expected) {
        int given = in.direct() == null ? 0 : in.direct().length;
        if (given != expected) {
            throw new IllegalArgumentException("this network takes " + expected + " direct values, not " + given);
        }
    }

    @Override
    public void outputs(int worker, long states, Sequences in, float[] into) {
        forward(worker, states, in);
        copyOut(worker, into);
    }

    /** Copies this worker's share of the outputs [S·B·O]. */
    void copyOut(int worker, float[] into) {
        for (int row = firstRow(worker); row < firstRow(worker + 1); row++) {
            copyOut(row, into, row * outputs.units());
        }
    }

    @Override
    public void forward(int worker, long states, Sequences in) {
        float @Nullable [] directInputs = in.direct();
        for (int row = firstRow(worker); row < firstRow(worker + 1); row++) {
            long at = (long) row * hidden.padded();
            pointwise.toOperand(
                    states + 4 * at,
                    mask == null ? Pointwise.NONE : mask.address(row % batch, 0),
                    1f,
                    workspace.address(stateOperands) + precision.bytes() * at,
                    hidden.padded(),
                    precision);
            if (directWeight != null && directInputs != null) {
                takeDirect(row, directInputs);
            }
        }
        team.barrier();
        PackedProducts.Weights weights = fromState[worker];
        if (weights != null) {
            long own = workspace.address(values) + 4L * outputs.start(worker);
            weights.multiply(workspace.address(stateOperands), own);
            MatrixProduct add = addDirect[worker];
            PackedProducts.Weights past = fromDirect[worker];
            if (add != null && past != null) {
                past.multiplyWith(add, workspace.address(directOperands), own);
            }
            for (int row = 0; row < rows; row++) {
                pointwise.addMasked(
                        own + 4L * row * outputs.padded(),
                        parameters.address() + 4L * (bias.offset() + outputs.start(worker)),
                        Pointwise.NONE,
                        1f,
                        outputs.width(worker));
            }
        }
        team.barrier();
    }

    private void takeDirect(int row, float[] directInputs) {
        long at = (long) row * direct.padded();
        NativeMemory.copyIn(
                directInputs, row * direct.units(), workspace.address(directValues) + 4 * at, direct.units());
        pointwise.toOperand(
                workspace.address(directValues) + 4 * at,
                Pointwise.NONE,
                1f,
                workspace.address(directOperands) + precision.bytes() * at,
                direct.padded(),
                precision);
    }

    private int firstRow(int worker) {
        return (int) ((long) rows * worker / team.size());
    }

    /** Copies the outputs [O] of a row. */
    private void copyOut(int row, float[] into, int at) {
        NativeMemory.copyOut(workspace.address(values) + 4L * row * outputs.padded(), into, at, outputs.units());
    }

    /** Holds this worker's share of the rows against a loss; a barrier must follow. */
    void loss(int worker, OutputLoss loss, double[] losses) {
        float[] outputsOfRow = new float[outputs.units()];
        float[] gradient = new float[outputs.units()];
        for (int row = firstRow(worker); row < firstRow(worker + 1); row++) {
            copyOut(row, outputsOfRow, 0);
            losses[row] = loss.apply(row, outputsOfRow, gradient);
            long at = (long) row * outputs.padded();
            NativeMemory.copyIn(gradient, 0, workspace.address(valueGradients) + 4 * at, gradient.length);
            pointwise.toOperand(
                    workspace.address(valueGradients) + 4 * at,
                    Pointwise.NONE,
                    1f,
                    workspace.address(gradientOperands) + precision.bytes() * at,
                    outputs.padded(),
                    precision);
        }
    }

    /**
     * Backpropagates the gradients of {@link #loss}, each worker its own outputs and units.
     *
     * @param stateGradients where the gradient of the states of the output steps goes [S·B, padded H], f32
     * @param gradients arena of gradients
     */
    void backward(int worker, long stateGradients, long gradients) {
        gradientProducts(worker, gradients);
        int own = outputs.width(worker);
        if (own > 0) {
            pointwise.columnSums(
                    ownGradients(worker),
                    rows,
                    outputs.padded(),
                    own,
                    precision,
                    gradients + 4L * (bias.offset() + outputs.start(worker)));
        }
        PackedProducts.Weights back = toState[worker];
        if (back != null && mask != null) {
            back.multiply(workspace.address(gradientOperands), stateGradients + 4L * hidden.start(worker));
            for (int row = 0; row < rows; row++) {
                pointwise.multiply(
                        stateGradients + 4 * ((long) row * hidden.padded() + hidden.start(worker)),
                        mask.address(row % batch, hidden.start(worker)),
                        hidden.width(worker));
            }
        }
    }

    private long ownGradients(int worker) {
        return workspace.address(gradientOperands) + (long) precision.bytes() * outputs.start(worker);
    }

    private void gradientProducts(int worker, long gradients) {
        long first = outputs.start(worker);
        MatrixProduct product = weightGradient[worker];
        if (product != null) {
            long target = weight.offset() + first * hidden.padded();
            product.execute(ownGradients(worker), workspace.address(stateOperands), gradients + 4 * target);
        }
        MatrixProduct past = directGradient[worker];
        if (past != null && directWeight != null) {
            long target = directWeight.offset() + first * direct.padded();
            past.execute(ownGradients(worker), workspace.address(directOperands), gradients + 4 * target);
        }
    }

    @Override
    public void products(int worker, long stateGradients, long gradients) {
        PackedProducts.Weights forward = fromState[worker];
        if (forward != null) {
            forward.multiply(workspace.address(stateOperands), workspace.address(values) + 4L * outputs.start(worker));
        }
        if (gradients != 0) {
            gradientProducts(worker, gradients);
            PackedProducts.Weights back = toState[worker];
            if (back != null) {
                back.multiply(workspace.address(gradientOperands), stateGradients + 4L * hidden.start(worker));
            }
        }
    }
}
