package org.rhn4j.cells;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.PackedProducts;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.Workspace;
import org.rhn4j.numbers.onednn.MatrixProduct;
import org.rhn4j.numbers.onednn.MatrixProduct.Layout;

/**
 * One worker's share of a {@link RecurrentLayer}: the units it owns, the columns of every product that belong to them,
 * and buffers that no other worker sees.
 *
 * <p>In a share the pre-activations of a row are contiguous: gate after gate, w units each. So are the rows of the
 * weights that give them, which is why {@link Parameters} orders rows by worker, then gate, then unit.
 */
final class LayerShare {
    /** What all shares of a layer have in common. */
    record Sizes(
            Cell cell,
            RecurrentLayer.Shape shape,
            UnitSlices input,
            UnitSlices hidden,
            Precision precision,
            boolean vectors,
            Parameters.Parameter inputWeight,
            List<Parameters.Parameter> recurrentWeights) {
        int rows() {
            return shape.steps() * shape.batch();
        }

        /** Operand elements in a row of gate gradients. */
        int gateStride() {
            return cell.gates() * hidden.padded();
        }
    }

    private final Sizes sizes;
    private final int index;

    /** First unit. */
    final int start;

    /** Units, w; may be 0, and then there are no products of the hidden units. */
    final int width;

    /** Pre-activations per row, gates · w. */
    final int own;

    /** The elementwise part of the cell. */
    final CellKernel kernel;

    /** W: [T·B, I] → [T·B, own]. */
    PackedProducts.@Nullable Weights inputProduct;

    /** R_l: [B, H] → [B, own]. */
    final PackedProducts.@Nullable Weights[] chain;

    /** R_0 of the first micro-layer, added to the input's part; none where the cell has it apart. */
    @Nullable
    MatrixProduct accumulating;

    /** R_l transposed: [B, gates·H] → [B, w]. */
    final PackedProducts.@Nullable Weights[] chainBack;

    /** W transposed, for this worker's share of the input's units. */
    PackedProducts.@Nullable Weights inputBack;

    /** Gradient of R_l: [own, T·B] · [T·B, H]. */
    @Nullable
    MatrixProduct recurrentGradient;

    /** Gradient of W: [own, T·B] · [T·B, I]. */
    @Nullable
    MatrixProduct inputWeightGradient;

    /** The input's part of the first pre-activations [T·B, own], f32. */
    long fromInput;

    /** Pre-activations of the other micro-layers, or the recurrent product that is kept apart [B, own], f32. */
    long preActivation;

    /** Biases [L, own], f32. */
    long bias;

    /** Biases of the recurrent product [own], f32, where it is kept apart. */
    long recurrentBias;

    /** Room for a kernel, 2·w floats. */
    long scratch;

    /** What the forward pass keeps [L, T, B, factors·w]. */
    long factors;

    /** What a product sent back [B, w], f32. */
    long returned;

    /** View of the present micro-layer. */
    final CellKernel.Slice slice;

    LayerShare(int index, Sizes sizes, PackedProducts products, Workspace workspace) {
        this.index = index;
        this.sizes = sizes;
        start = sizes.hidden.start(index);
        width = sizes.hidden.width(index);
        own = sizes.cell.gates() * width;
        kernel = sizes.cell.kind().kernel(sizes.cell, sizes.vectors, width);
        slice = new CellKernel.Slice(sizes.cell);
        chain = new PackedProducts.@Nullable Weights[sizes.cell.depth()];
        chainBack = new PackedProducts.@Nullable Weights[sizes.cell.depth()];
        if (width > 0) {
            reserve(workspace);
            makeForward(products);
        }
        if (sizes.shape.training()) {
            makeBackward(products);
        }
    }

    private void reserve(Workspace workspace) {
        int batch = sizes.shape.batch();
        int depth = sizes.cell.depth();
        fromInput = workspace.reserveFloats((long) sizes.rows() * own);
        preActivation = workspace.reserveFloats((long) batch * own);
        bias = workspace.reserveFloats((long) depth * own);
        recurrentBias = sizes.cell.hasApart() ? workspace.reserveFloats(own) : 0;
        scratch = workspace.reserveFloats(2L * width);
        if (sizes.shape.training()) {
            long kept = (long) depth * sizes.rows() * sizes.cell.factors() * width;
            factors = workspace.reserve(kept * sizes.precision.bytes());
            returned = workspace.reserveFloats((long) batch * width);
        }
    }

    private void makeForward(PackedProducts products) {
        int batch = sizes.shape.batch();
        int inputs = sizes.input.padded();
        int units = sizes.hidden.padded();
        inputProduct = products.weights(
                index,
                sizes.rows(),
                inputs,
                own,
                Layout.rows(inputs),
                Layout.rows(own),
                sizes.inputWeight.offset() + firstRow() * inputs,
                Layout.transposed(inputs));
        for (int l = 0; l < chain.length; l++) {
            chain[l] = products.weights(
                    index,
                    batch,
                    units,
                    own,
                    Layout.rows(units),
                    Layout.rows(own),
                    sizes.recurrentWeights.get(l).offset() + firstRow() * units,
                    Layout.transposed(units));
        }
        if (!sizes.cell.hasApart()) {
            accumulating = products.accumulating(
                    index, RecurrentLayer.present(chain[0]), Layout.rows(units), Layout.rows(own));
        }
    }

    private void makeBackward(PackedProducts products) {
        int inputs = sizes.input.padded();
        int units = sizes.hidden.padded();
        int gateStride = sizes.gateStride();
        for (int l = 0; l < chainBack.length && width > 0; l++) {
            chainBack[l] = products.weights(
                    index,
                    sizes.shape.batch(),
                    gateStride,
                    width,
                    Layout.rows(gateStride),
                    Layout.rows(width),
                    sizes.recurrentWeights.get(l).offset() + start,
                    Layout.rows(units));
        }
        if (width > 0) {
            recurrentGradient = gradientProduct(products, units);
            inputWeightGradient = gradientProduct(products, inputs);
        }
        if (sizes.input.width(index) > 0) {
            inputBack = products.weights(
                    index,
                    sizes.rows(),
                    gateStride,
                    sizes.input.width(index),
                    Layout.rows(gateStride),
                    Layout.rows(inputs),
                    sizes.inputWeight.offset() + sizes.input.start(index),
                    Layout.rows(inputs));
        }
    }

    private MatrixProduct gradientProduct(PackedProducts products, int columns) {
        return products.add(
                index,
                MatrixProduct.plain(
                        own,
                        sizes.rows(),
                        columns,
                        sizes.precision,
                        Layout.transposed(sizes.gateStride()),
                        Layout.rows(columns),
                        Layout.rows(columns),
                        false));
    }

    /** This worker's first physical row in the layer's weights and biases. */
    long firstRow() {
        return (long) sizes.cell.gates() * start;
    }

    /** Makes the products of an engine's workers. */
    static LayerShare[] ofAll(Engine engine, Sizes sizes, PackedProducts products, Workspace workspace) {
        LayerShare[] shares = new LayerShare[engine.threads()];
        for (int p = 0; p < shares.length; p++) {
            shares[p] = new LayerShare(p, sizes, products, workspace);
        }
        return shares;
    }
}
