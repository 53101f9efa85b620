package org.rhn4j.insight;

/** Hears how far an explanation is. */
@FunctionalInterface
public interface ExplainProgress {
    /** The parts of an explanation, in their order. */
    enum Stage {
        /** Running the model, gates, Lyapunov exponents, reach of gradients. */
        ACTIVITY,
        /** Jacobians, discs, singular values. */
        JACOBIANS,
        /** Eigenvalues. */
        EIGENVALUES,
        /** Lesions. */
        LESIONS
    }

    /** Hears nothing. */
    ExplainProgress SILENT = (stage, share) -> {};

    /**
     * A stage is so far.
     *
     * @param share of the stage that is done, 0 to 1
     */
    void progress(Stage stage, double share);
}
