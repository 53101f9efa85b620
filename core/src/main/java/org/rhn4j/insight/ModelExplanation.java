package org.rhn4j.insight;

import java.util.List;

/**
 * What {@link ModelExplainer} found out about a model: plain records, which {@code store.Json} can write.
 *
 * @param settings what was asked for
 * @param tokens tokens of the text that the activity of gates was measured on
 * @param loss mean loss on these, without dropout, in f32, nats per token
 * @param lesionTokens tokens that each lesion was measured on
 * @param lesionLoss mean loss on these without a lesion, nats per token
 * @param layers what was found of each layer, from the input up
 * @param findings what stands out, most severe first
 * @param seconds how long it took
 */
public record ModelExplanation(
        ExplainSettings settings,
        long tokens,
        double loss,
        long lesionTokens,
        double lesionLoss,
        List<LayerExplanation> layers,
        List<Finding> findings,
        double seconds) {
    /** Copies the lists. */
    public ModelExplanation {
        layers = List.copyOf(layers);
        findings = List.copyOf(findings);
    }
}
