package org.rhn4j.numbers;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.onednn.MatrixProduct;
import org.rhn4j.numbers.onednn.WeightPacking;

/**
 * The matrix products of one network: owns them, the packed copies of their weights, and one scratchpad per worker.
 *
 * <p>Used in three steps: products are made, and reserve their room in the workspace; the workspace is allocated; and
 * {@link #bind} gives every product its scratchpad. They are freed with the workspace.
 */
public final class PackedProducts {
    private final Engine engine;
    private final Workspace workspace;
    private final List<List<MatrixProduct>> products = new ArrayList<>();
    private final List<List<Weights>> packed = new ArrayList<>();
    private long @Nullable [] scratchpads;

    /** A product with weights of its own: packed from f32 master weights, then used many times. */
    public final class Weights {
        private final MatrixProduct product;
        private final WeightPacking packing;
        private final long offset;
        private final long master;

        private Weights(MatrixProduct product, WeightPacking packing, long offset, long master) {
            this.product = product;
            this.packing = packing;
            this.offset = offset;
            this.master = master;
        }

        /**
         * C = A · W with the packed weights.
         *
         * @param a address of A
         * @param c address of C
         */
        public void multiply(long a, long c) {
            product.execute(a, workspace.address(offset), c);
        }

        /** C = C + A · W, with a product from {@link PackedProducts#accumulating}. */
        public void multiplyWith(MatrixProduct other, long a, long c) {
            other.execute(a, workspace.address(offset), c);
        }

        private void pack(long parameters) {
            packing.execute(parameters + 4 * master, workspace.address(offset));
        }
    }

    /** An empty set of products in a workspace. */
    public PackedProducts(Engine engine, Workspace workspace) {
        this.engine = engine;
        this.workspace = workspace;
        for (int i = 0; i < engine.threads(); i++) {
            products.add(new ArrayList<>());
            packed.add(new ArrayList<>());
        }
        workspace.freeWith(this::free);
    }

    /** Registers a product of a worker, so that it shares the worker's scratchpad and is freed with the others. */
    public MatrixProduct add(int worker, MatrixProduct product) {
        products.get(worker).add(product);
        return product;
    }

    /**
     * A product [M,K] · [K,N] with packed weights.
     *
     * @param worker who runs it
     * @param master index of the first master weight among the parameters, in floats
     * @param masterLayout how the master weights lie, as a [K,N] matrix
     */
    public Weights weights(
            int worker,
            long m,
            int k,
            int n,
            MatrixProduct.Layout a,
            MatrixProduct.Layout c,
            long master,
            MatrixProduct.Layout masterLayout) {
        MatrixProduct product = add(worker, MatrixProduct.packed(m, k, n, engine.precision(), a, c));
        WeightPacking packing = new WeightPacking(product, k, n, masterLayout, engine.hasVectors());
        Weights weights = new Weights(product, packing, workspace.reserve(product.weightBytes()), master);
        packed.get(worker).add(weights);
        return weights;
    }

    /** The product C = C + A · W that shares packed weights with another. */
    public MatrixProduct accumulating(int worker, Weights weights, MatrixProduct.Layout a, MatrixProduct.Layout c) {
        return add(worker, MatrixProduct.accumulating(weights.product, a, c));
    }

    /** Reserves the scratchpads, after the last product was made. */
    public void reserveScratchpads() {
        long[] offsets = new long[products.size()];
        for (int worker = 0; worker < offsets.length; worker++) {
            long bytes = 64;
            for (MatrixProduct product : products.get(worker)) {
                bytes = Math.max(bytes, product.scratchpadBytes());
            }
            for (Weights weights : packed.get(worker)) {
                bytes = Math.max(bytes, weights.packing.scratchpadBytes());
            }
            offsets[worker] = workspace.reserve(bytes);
        }
        scratchpads = offsets;
    }

    /** Gives every product its scratchpad, after the workspace is allocated. */
    public void bind() {
        long[] offsets = scratchpads;
        if (offsets == null) {
            throw new IllegalStateException("scratchpads are not reserved");
        }
        for (int worker = 0; worker < offsets.length; worker++) {
            long address = workspace.address(offsets[worker]);
            products.get(worker).forEach(product -> product.useScratchpad(address));
            packed.get(worker).forEach(weights -> weights.packing.useScratchpad(address));
        }
    }

    /** Packs all weights of a worker from the parameters at an address. */
    public void pack(int worker, long parameters) {
        pack(worker, parameters, 0, Long.MAX_VALUE);
    }

    /**
     * Packs those weights of a worker whose masters begin in a range of the parameters.
     *
     * @param from index of a float among the parameters
     * @param to index after the last
     */
    public void pack(int worker, long parameters, long from, long to) {
        for (Weights weights : packed.get(worker)) {
            if (weights.master >= from && weights.master < to) {
                weights.pack(parameters);
            }
        }
    }

    private void free() {
        products.forEach(list -> list.forEach(MatrixProduct::close));
        packed.forEach(list -> list.forEach(weights -> weights.packing.close()));
    }
}
