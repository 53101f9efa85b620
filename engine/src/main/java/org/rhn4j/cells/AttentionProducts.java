package org.rhn4j.cells;

import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.PackedProducts;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.UnitSlices;
import org.rhn4j.numbers.Workspace;
import org.rhn4j.numbers.onednn.MatrixProduct;
import org.rhn4j.numbers.onednn.MatrixProduct.Layout;

/** The matrix products of an {@link AttentionPass}, each worker's own columns. */
final class AttentionProducts {
    private final PackedProducts products;
    private final Precision precision;
    private final int batch;
    private final UnitSlices query;
    private final UnitSlices key;
    private final UnitSlices meeting;

    /** W_k: [S·B, H] → [S·B, own A]. */
    final PackedProducts.@Nullable Weights[] fromKeys;
    /** W_q: [B, Q] → [B, own A]. */
    final PackedProducts.@Nullable Weights[] fromQueries;
    /** W_k transposed: [S·B, A] → [S·B, own H]; and added. */
    final PackedProducts.@Nullable Weights[] toKeys;

    final @Nullable MatrixProduct[] addToKeys;
    /** W_q transposed: [B, A] → [B, own Q]. */
    final PackedProducts.@Nullable Weights[] toQueries;
    /** Gradient of W_k: [own A, S·B] · [S·B, H]. */
    final @Nullable MatrixProduct[] keyWeightGradient;
    /** Gradient of W_q: [own A, T·B] · [T·B, Q]. */
    final @Nullable MatrixProduct[] queryWeightGradient;

    AttentionProducts(
            Engine engine,
            Workspace workspace,
            Parameters.Parameter queryWeight,
            Parameters.Parameter keyWeight,
            long keyRows,
            WindowShape window,
            boolean training) {
        int threads = engine.threads();
        precision = engine.precision();
        batch = window.batch();
        query = UnitSlices.of(queryWeight.columns(), threads);
        key = UnitSlices.of(keyWeight.columns(), threads);
        meeting = UnitSlices.of(keyWeight.rows(), threads);
        fromKeys = new PackedProducts.@Nullable Weights[threads];
        fromQueries = new PackedProducts.@Nullable Weights[threads];
        toKeys = new PackedProducts.@Nullable Weights[threads];
        addToKeys = new @Nullable MatrixProduct[threads];
        toQueries = new PackedProducts.@Nullable Weights[threads];
        keyWeightGradient = new @Nullable MatrixProduct[threads];
        queryWeightGradient = new @Nullable MatrixProduct[threads];
        products = new PackedProducts(engine, workspace);
        for (int worker = 0; worker < threads; worker++) {
            if (meeting.width(worker) > 0) {
                fromKeys[worker] = intoMeeting(worker, keyRows, key, keyWeight);
                fromQueries[worker] = intoMeeting(worker, batch, query, queryWeight);
            }
            if (training) {
                makeBackward(worker, queryWeight, keyWeight, keyRows, window.rows());
            }
        }
        products.reserveScratchpads();
    }

    private PackedProducts.Weights intoMeeting(int worker, long rows, UnitSlices from, Parameters.Parameter weight) {
        return products.weights(
                worker,
                rows,
                from.padded(),
                meeting.width(worker),
                Layout.rows(from.padded()),
                Layout.rows(meeting.padded()),
                weight.offset() + (long) meeting.start(worker) * from.padded(),
                Layout.transposed(from.padded()));
    }

    private void makeBackward(
            int worker,
            Parameters.Parameter queryWeight,
            Parameters.Parameter keyWeight,
            long keyRows,
            long queryRows) {
        if (key.width(worker) > 0) {
            PackedProducts.Weights back = fromMeeting(worker, keyRows, key, keyWeight);
            toKeys[worker] = back;
            addToKeys[worker] =
                    products.accumulating(worker, back, Layout.rows(meeting.padded()), Layout.rows(key.padded()));
        }
        if (query.width(worker) > 0) {
            toQueries[worker] = fromMeeting(worker, batch, query, queryWeight);
        }
        if (meeting.width(worker) > 0) {
            keyWeightGradient[worker] = weightGradient(worker, keyRows, key);
            queryWeightGradient[worker] = weightGradient(worker, queryRows, query);
        }
    }

    private PackedProducts.Weights fromMeeting(int worker, long rows, UnitSlices to, Parameters.Parameter weight) {
        return products.weights(
                worker,
                rows,
                meeting.padded(),
                to.width(worker),
                Layout.rows(meeting.padded()),
                Layout.rows(to.padded()),
                weight.offset() + to.start(worker),
                Layout.rows(to.padded()));
    }

    private MatrixProduct weightGradient(int worker, long rows, UnitSlices columns) {
        return products.add(
                worker,
                MatrixProduct.plain(
                        meeting.width(worker),
                        rows,
                        columns.padded(),
                        precision,
                        Layout.transposed(meeting.padded()),
                        Layout.rows(columns.padded()),
                        Layout.rows(columns.padded()),
                        false));
    }

    void bind() {
        products.bind();
    }

    /** Packs the weights of a worker whose masters begin in a range of the parameters. */
    void pack(int worker, long parameters, long from, long to) {
        products.pack(worker, parameters, from, to);
    }
}
