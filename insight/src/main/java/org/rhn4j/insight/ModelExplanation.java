package org.rhn4j.insight;

import java.util.List;

/**
 * What {@link ModelExplainer} found out about a model: plain records, which {@code store.Json} can write.
 *
 * @param settings what was asked for
 * @param lossUnit what losses are told in
 * @param tokens tokens, or rows of series, that the loss was measured on
 * @param loss mean loss on these, without dropout, in f32
 * @param lesionTokens tokens, or rows, that each lesion was measured on
 * @param lesionLoss mean loss on these without a lesion
 * @param stretch the data that gates are told along step by step
 * @param layers what was found of each layer, from the input up
 * @param findings what stands out, most severe first
 * @param seconds how long it took
 */
public record ModelExplanation(
        ExplainSettings settings,
        LossUnit lossUnit,
        long tokens,
        double loss,
        long lesionTokens,
        double lesionLoss,
        Stretch stretch,
        List<LayerExplanation> layers,
        List<Finding> findings,
        double seconds) {
    /** Copies the lists. */
    public ModelExplanation {
        layers = List.copyOf(layers);
        findings = List.copyOf(findings);
    }
}
