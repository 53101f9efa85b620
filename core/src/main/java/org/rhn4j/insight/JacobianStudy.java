package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.insight.ExplainProgress.Stage;

/** Jacobians at some places of a traced window: discs, singular values, eigenvalues. */
final class JacobianStudy {
    private final MatrixProducts products;
    private final ExplainSettings settings;
    private final ExplainProgress progress;

    /** What was found of one layer. */
    record Result(List<JacobianSnapshot> snapshots, List<MicroLayerStability> microLayers) {}

    JacobianStudy(MatrixProducts products, ExplainSettings settings, ExplainProgress progress) {
        this.products = products;
        this.settings = settings;
        this.progress = progress;
    }

    /** Studies all layers at the same places, spread over the window's steps and sequences. */
    List<Result> study(NetworkTracer.Window window) {
        LayerTrace first = window.layers().getFirst();
        int count = Math.min(settings.snapshots(), first.rows());
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            int step = (int) ((i + 1L) * first.steps() / count) - 1;
            rows[i] = first.row(step, i % first.batch());
        }
        List<List<StepJacobian>> jacobians = new ArrayList<>();
        List<List<MicroLayerStability>> microLayers = new ArrayList<>();
        for (int k = 0; k < window.layers().size(); k++) {
            List<StepJacobian> ofLayer = new ArrayList<>();
            for (int row : rows) {
                ofLayer.add(StepJacobian.of(products, window.layers().get(k), row));
            }
            jacobians.add(ofLayer);
            microLayers.add(
                    microLayers(window.layers().get(k), rows, k, window.layers().size()));
        }
        progress.progress(Stage.JACOBIANS, 1);
        int withEigenvalues = affordable(jacobians);
        List<Result> results = new ArrayList<>();
        for (int k = 0; k < jacobians.size(); k++) {
            results.add(new Result(
                    snapshots(window, rows, jacobians.get(k), withEigenvalues, k, jacobians.size()),
                    microLayers.get(k)));
        }
        progress.progress(Stage.EIGENVALUES, 1);
        return results;
    }

    private List<MicroLayerStability> microLayers(LayerTrace trace, int[] rows, int layer, int layers) {
        List<MicroLayerStability> all = new ArrayList<>();
        int depth = trace.weights().depth();
        for (int l = 0; l < depth; l++) {
            GershgorinDiscs[] discs = new GershgorinDiscs[rows.length];
            double[] gains = new double[rows.length];
            StepJacobian[] jacobians = new StepJacobian[rows.length];
            for (int i = 0; i < rows.length; i++) {
                jacobians[i] = StepJacobian.ofMicroLayer(products, trace, rows[i], l);
            }
            products.rows(rows.length, (from, to) -> {
                for (int i = from; i < to; i++) {
                    discs[i] = jacobians[i].discs();
                    gains[i] = jacobians[i].largestSingularValue();
                }
            });
            double bound = Arrays.stream(discs)
                    .mapToDouble(GershgorinDiscs::bound)
                    .average()
                    .orElse(0);
            all.add(new MicroLayerStability(
                    l, GershgorinDiscs.mean(Arrays.asList(discs)), bound, Statistics.mean(gains)));
            progress.progress(Stage.JACOBIANS, (layer + (l + 1.0) / depth) / layers);
        }
        return all;
    }

    /** How many snapshots of each layer get eigenvalues. */
    private int affordable(List<List<StepJacobian>> jacobians) {
        double seconds = 0;
        for (List<StepJacobian> ofLayer : jacobians) {
            seconds += Spectrum.expectedSeconds(ofLayer.getFirst().size());
        }
        double budget = settings.eigenvalueSeconds() * products.engine().threads();
        return (int) Math.min(jacobians.getFirst().size(), budget / seconds);
    }

    private List<JacobianSnapshot> snapshots(
            NetworkTracer.Window window,
            int[] rows,
            List<StepJacobian> jacobians,
            int withEigenvalues,
            int layer,
            int layers) {
        @Nullable Spectrum[] spectra = new @Nullable Spectrum[rows.length];
        double[] gains = new double[rows.length];
        products.rows(rows.length, (from, to) -> {
            for (int i = from; i < to; i++) {
                gains[i] = jacobians.get(i).largestSingularValue();
            }
        });
        int threads = products.engine().threads();
        for (int start = 0; start < withEigenvalues; start += threads) {
            int first = start;
            products.rows(Math.min(threads, withEigenvalues - start), (from, to) -> {
                for (int i = first + from; i < first + to; i++) {
                    spectra[i] = jacobians.get(i).spectrum();
                }
            });
            double share = Math.min(1.0, (start + threads) / (double) withEigenvalues);
            progress.progress(Stage.EIGENVALUES, (layer + share) / layers);
        }
        List<JacobianSnapshot> snapshots = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            snapshots.add(new JacobianSnapshot(
                    window.positions()[rows[i]],
                    window.inputs()[rows[i]],
                    jacobians.get(i).discs(),
                    spectra[i],
                    gains[i]));
        }
        return snapshots;
    }
}
