package org.rhn4j.training;

import java.util.List;
import org.rhn4j.cells.MicroLayerHealth;

/**
 * How a run did at one moment: a line of {@value HealthMonitor#FILE}.
 *
 * @param step optimiser steps taken
 * @param loss mean loss of the windows since the line before
 * @param learningRate rate of the last step
 * @param gradientNorm mean norm of the gradients since the line before, before clipping
 * @param largestGradientNorm the largest of them
 * @param updateRatio how far the last step moved the recurrent weights: ‖Δw‖ ⁄ ‖w‖
 * @param layers the micro-layers of each layer, from the input up
 * @param warnings what became worrying at this step
 */
public record TrainingHealth(
        long step,
        double loss,
        double learningRate,
        double gradientNorm,
        double largestGradientNorm,
        double updateRatio,
        List<List<MicroLayerHealth>> layers,
        List<HealthWarning> warnings) {
    /** Copies the lists. */
    public TrainingHealth {
        layers = layers.stream().map(List::copyOf).toList();
        warnings = List.copyOf(warnings);
    }

    /** The same with other warnings. */
    TrainingHealth withWarnings(List<HealthWarning> others) {
        return new TrainingHealth(
                step, loss, learningRate, gradientNorm, largestGradientNorm, updateRatio, layers, others);
    }

    /**
     * The factor by which gradients grow with each step back in time, of the layer where they grow most: the product of
     * the gains of its micro-layers. Below 1 they fade.
     */
    public double growth() {
        return layers.stream()
                .mapToDouble(layer ->
                        layer.stream().mapToDouble(MicroLayerHealth::gain).reduce(1, (a, b) -> a * b))
                .max()
                .orElse(0);
    }

    /** The share of saturated units in the micro-layer that has the smallest. */
    public double saturation() {
        return layers.stream()
                .flatMap(List::stream)
                .mapToDouble(MicroLayerHealth::saturation)
                .min()
                .orElse(0);
    }

    /** The furthest reach of any micro-layer's discs. */
    public double bound() {
        return layers.stream()
                .flatMap(List::stream)
                .mapToDouble(MicroLayerHealth::bound)
                .max()
                .orElse(0);
    }
}
