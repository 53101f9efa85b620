package org.rhn4j.tasks.histories;

/** What a network's outputs of a row are held against. Called by several threads at once, so it must change nothing. */
public interface HistoryLoss {
    /** What a row counts for beside others; 0 where nothing is known of it. */
    double weight(History history, int row);

    /**
     * The loss of a row whose weight is above 0.
     *
     * @param outputs values [O]
     * @param weight what the loss and its gradient are multiplied with
     * @param gradient receives ∂loss/∂outputs [O], all of them
     */
    double apply(History history, int row, float[] outputs, double weight, float[] gradient);
}
