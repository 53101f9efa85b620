package org.rhn4j.insight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rhn4j.insight.ExplainProgress.Stage;

/** Jacobians at some places of a traced window, of whole steps and of their micro-layers: discs, singular values, eigenvalues. */
final class JacobianStudy {
    private final MatrixProducts products;
    private final Subject subject;
    private final ExplainSettings settings;
    private final ExplainProgress progress;

    /** What was found of one layer. */
    record Result(List<JacobianSnapshot> snapshots, List<MicroLayerStability> microLayers) {}

    /** What is measured of one matrix. */
    private static final class Measured {
        GershgorinDiscs discs = new GershgorinDiscs(new float[0], new float[0], new float[0]);
        double gain;

        @Nullable
        Spectrum spectrum;
    }

    /**
     * One Jacobian.
     *
     * @param part −1 for the whole step, or the micro-layer
     * @param urgency those of lower numbers get eigenvalues first
     */
    private record Job(LayerTrace trace, int row, int part, int urgency, Measured result) {
        StepJacobian jacobian(MatrixProducts products) {
            return part < 0
                    ? StepJacobian.of(products, trace, row)
                    : StepJacobian.ofMicroLayer(products, trace, row, part);
        }
    }

    JacobianStudy(MatrixProducts products, Subject subject, ExplainSettings settings, ExplainProgress progress) {
        this.products = products;
        this.subject = subject;
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
        List<Job> jobs = jobs(window, rows);
        int threads = products.engine().threads();
        for (int start = 0; start < jobs.size(); start += threads) {
            measure(jobs.subList(start, Math.min(jobs.size(), start + threads)));
            progress.progress(Stage.JACOBIANS, Math.min(1, (start + threads) / (double) jobs.size()));
        }
        eigenvalues(jobs);
        List<Result> results = new ArrayList<>();
        for (LayerTrace trace : window.layers()) {
            results.add(result(window, trace, rows, jobs));
        }
        return results;
    }

    /** Eigenvalues are first taken of a step in the middle, then of its micro-layers, of the other steps, and the rest. */
    private static List<Job> jobs(NetworkTracer.Window window, int[] rows) {
        List<Job> jobs = new ArrayList<>();
        for (LayerTrace trace : window.layers()) {
            int depth = trace.weights().depth();
            for (int i = 0; i < rows.length; i++) {
                boolean middle = i == rows.length / 2;
                jobs.add(new Job(trace, rows[i], -1, middle ? 0 : 2, new Measured()));
                for (int l = 0; l < depth && depth > 1; l++) {
                    jobs.add(new Job(trace, rows[i], l, middle ? 1 : 3, new Measured()));
                }
            }
        }
        return jobs;
    }

    private void measure(List<Job> jobs) {
        List<StepJacobian> jacobians =
                jobs.stream().map(job -> job.jacobian(products)).toList();
        products.rows(jobs.size(), (from, to) -> {
            for (int i = from; i < to; i++) {
                jobs.get(i).result.discs = jacobians.get(i).discs();
                jobs.get(i).result.gain = jacobians.get(i).largestSingularValue();
            }
        });
    }

    /** Takes the eigenvalues of as many Jacobians as the settings have time for. */
    private void eigenvalues(List<Job> jobs) {
        double budget = settings.eigenvalueSeconds() * products.engine().threads();
        List<Job> wanted = new ArrayList<>();
        List<Job> urgent =
                jobs.stream().sorted(Comparator.comparingInt(Job::urgency)).toList();
        for (Job job : urgent) {
            budget -= Spectrum.expectedSeconds(job.trace.weights().stateSize());
            if (budget < 0) {
                break;
            }
            wanted.add(job);
        }
        int threads = products.engine().threads();
        for (int start = 0; start < wanted.size(); start += threads) {
            List<Job> some = wanted.subList(start, Math.min(wanted.size(), start + threads));
            List<StepJacobian> jacobians =
                    some.stream().map(job -> job.jacobian(products)).toList();
            products.rows(some.size(), (from, to) -> {
                for (int i = from; i < to; i++) {
                    some.get(i).result.spectrum = jacobians.get(i).spectrum();
                }
            });
            progress.progress(Stage.EIGENVALUES, Math.min(1, (start + threads) / (double) wanted.size()));
        }
        progress.progress(Stage.EIGENVALUES, 1);
    }

    private Result result(NetworkTracer.Window window, LayerTrace trace, int[] rows, List<Job> jobs) {
        int depth = trace.weights().depth();
        GershgorinDiscs[][] discs = new GershgorinDiscs[depth][rows.length];
        double[][] gains = new double[depth][rows.length];
        List<JacobianSnapshot> snapshots = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            Measured whole = found(jobs, trace, rows[i], -1);
            List<MicroLayerSnapshot> parts = new ArrayList<>();
            for (int l = 0; l < depth; l++) {
                Measured part = depth == 1 ? whole : found(jobs, trace, rows[i], l);
                discs[l][i] = part.discs;
                gains[l][i] = part.gain;
                if (depth > 1) {
                    parts.add(new MicroLayerSnapshot(l, part.discs, part.spectrum, part.gain));
                }
            }
            int place = window.places()[rows[i]];
            snapshots.add(new JacobianSnapshot(
                    subject.position(place), subject.text(place), whole.discs, whole.spectrum, whole.gain, parts));
        }
        List<MicroLayerStability> microLayers = new ArrayList<>();
        for (int l = 0; l < depth; l++) {
            double bound = Arrays.stream(discs[l])
                    .mapToDouble(GershgorinDiscs::bound)
                    .average()
                    .orElse(0);
            microLayers.add(new MicroLayerStability(
                    l, GershgorinDiscs.mean(Arrays.asList(discs[l])), bound, Statistics.mean(gains[l])));
        }
        return new Result(snapshots, microLayers);
    }

    private static Measured found(List<Job> jobs, LayerTrace trace, int row, int part) {
        return jobs.stream()
                .filter(job -> job.trace == trace && job.row == row && job.part == part)
                .findFirst()
                .orElseThrow()
                .result;
    }
}
