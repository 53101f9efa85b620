package org.rhn4j.cells;

/**
 * The sizes of a network over a vocabulary: what {@link TokenNetwork} computes.
 *
 * @param cell the recurrent cell of every layer
 * @param vocabularySize V
 * @param embeddingSize E, equal to H when tied
 * @param hiddenSize H
 * @param layers stacked layers K ≥ 1
 * @param tied whether the decoder's weights are the embedding's
 */
public record Architecture(Cell cell, int vocabularySize, int embeddingSize, int hiddenSize, int layers, boolean tied) {
    /**
     * @throws IllegalArgumentException if a size is below 1, or a tied embedding is not as wide as the state
     */
    public Architecture {
        if (vocabularySize < 1 || embeddingSize < 1 || hiddenSize < 1 || layers < 1) {
            throw new IllegalArgumentException("sizes of a network are at least 1");
        }
        if (tied && embeddingSize != hiddenSize) {
            throw new IllegalArgumentException("a tied embedding has the size of the state");
        }
    }

    /** Prefix of the names of a layer's parameters. */
    public static String layerPrefix(int layer) {
        return "layers." + layer + ".";
    }

    /** Size of what enters a layer. */
    int inputSize(int layer) {
        return layer == 0 ? embeddingSize : hiddenSize;
    }

    /** Name of the weights of the softmax. */
    String decoderWeightName() {
        return tied ? "embedding.weight" : "decoder.weight";
    }
}
