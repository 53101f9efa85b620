package org.rhn4j.pilot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.rhn4j.training.HealthWarning;
import org.rhn4j.training.TrainingListener;

/**
 * Records how one training goes, and finds where it jumped: where the loss of a moment is over {@value #LOSS_JUMP} times
 * the median of the moments before it and {@value #UNUSUAL} times as far from that as moments usually are (batches of some
 * data differ much), or a gradient over {@value #GRADIENT_JUMP} times the median of all. The first
 * tenth of a training, in which everything moves, is not judged.
 */
final class TrainingCurve implements TrainingListener {
    private static final int MOMENTS = 60;
    private static final int MOMENTS_BEFORE = 8;
    private static final double BEGINNING = 0.1;
    private static final double LOSS_JUMP = 1.5;
    private static final double UNUSUAL = 8;
    private static final double GRADIENT_JUMP = 10;

    private final BooleanSupplier stopped;
    private final double[] losses = new double[MOMENTS];
    private final int[] counts = new int[MOMENTS];
    private final double[] largestNorms = new double[MOMENTS];
    private final List<HealthWarning> warnings = new ArrayList<>();
    private long updates;
    private double sumInEpoch;

    /** @param stopped tells whether the training is to end early */
    TrainingCurve(BooleanSupplier stopped) {
        this.stopped = stopped;
    }

    @Override
    public Decision afterWindow(Progress progress) {
        double sum = progress.loss() * progress.step();
        double loss = progress.step() <= 1 ? progress.loss() : sum - sumInEpoch;
        sumInEpoch = sum;
        updates++;
        int moment = Math.min(MOMENTS - 1, (int) (progress.progress() * MOMENTS));
        losses[moment] += loss;
        counts[moment]++;
        largestNorms[moment] = Math.max(largestNorms[moment], progress.gradientNorm());
        return stopped.getAsBoolean() ? Decision.STOP : Decision.CONTINUE;
    }

    @Override
    public void warning(HealthWarning warning) {
        warnings.add(warning);
    }

    /** Optimiser steps taken. */
    long updates() {
        return updates;
    }

    /** The moments in which anything was trained. */
    List<TrainingPoint> points() {
        List<TrainingPoint> points = new ArrayList<>();
        for (int i = 0; i < MOMENTS; i++) {
            if (counts[i] > 0) {
                points.add(new TrainingPoint((i + 1.0) / MOMENTS, losses[i] / counts[i], largestNorms[i]));
            }
        }
        return points;
    }

    /** What was unstable in this training, at most one finding of a kind. */
    List<Instability> instabilities(ContenderName name, long seed) {
        List<Instability> found = new ArrayList<>();
        for (HealthWarning warning : warnings) {
            Instability.Kind kind = switch (warning.kind()) {
                case UPDATES_TOO_LARGE -> Instability.Kind.UPDATES_TOO_LARGE;
                case GRADIENTS_GROW -> Instability.Kind.GRADIENTS_GROW;
                case SATURATED -> Instability.Kind.SATURATED;
                case NOT_FINITE -> Instability.Kind.NOT_FINITE;
            };
            String when = percent(updates == 0 ? 0 : Math.min(1, warning.step() / (double) updates));
            found.add(new Instability(kind, name, seed, when, warning.value(), warning.threshold(), 1));
        }
        found.addAll(jumps(name, seed, points()));
        return found;
    }

    /** Jumps in a course of training. */
    static List<Instability> jumps(ContenderName name, long seed, List<TrainingPoint> points) {
        List<Instability> found = new ArrayList<>();
        double usualNorm =
                median(points.stream().mapToDouble(TrainingPoint::gradientNorm).toArray());
        double usualDistance = usualDistance(points);
        TrainingPoint lossAt = null;
        TrainingPoint normAt = null;
        double lossJump = 0;
        for (int i = 0; i < points.size(); i++) {
            TrainingPoint point = points.get(i);
            if (point.share() <= BEGINNING || i < MOMENTS_BEFORE) {
                continue;
            }
            double before = medianBefore(points, i);
            boolean unusual = point.loss() - before > UNUSUAL * usualDistance;
            if (before > 0 && unusual && point.loss() / before > Math.max(LOSS_JUMP, lossJump)) {
                lossJump = point.loss() / before;
                lossAt = point;
            }
            boolean isLong = usualNorm > 0 && point.gradientNorm() > GRADIENT_JUMP * usualNorm;
            if (isLong && (normAt == null || point.gradientNorm() > normAt.gradientNorm())) {
                normAt = point;
            }
        }
        if (lossAt != null) {
            found.add(new Instability(
                    Instability.Kind.LOSS_SPIKE, name, seed, percent(lossAt.share()), lossJump, LOSS_JUMP, 1));
        }
        if (normAt != null) {
            double times = normAt.gradientNorm() / usualNorm;
            found.add(new Instability(
                    Instability.Kind.GRADIENT_SPIKE, name, seed, percent(normAt.share()), times, GRADIENT_JUMP, 1));
        }
        return found;
    }

    /** The median loss of the moments before one. */
    private static double medianBefore(List<TrainingPoint> points, int at) {
        return median(points.subList(at - MOMENTS_BEFORE, at).stream()
                .mapToDouble(TrainingPoint::loss)
                .toArray());
    }

    /** How far a moment's loss usually is from those of the moments before it. */
    private static double usualDistance(List<TrainingPoint> points) {
        return median(IntStream.range(MOMENTS_BEFORE, points.size())
                .mapToDouble(i -> Math.abs(points.get(i).loss() - medianBefore(points, i)))
                .toArray());
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0 ? 0 : n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }
}
