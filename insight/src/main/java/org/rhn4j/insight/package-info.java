/**
 * What a trained recurrent model does, and what makes it unstable: Jacobians of its steps and where their eigenvalues
 * lie, Lyapunov exponents, how far gradients reach, what its gates do, and what each micro-layer is worth.
 *
 * <p>{@link org.rhn4j.insight.ModelExplainer} does it all and returns plain records. Whatever is computed here is
 * computed without dropout and in f32, in whatever precision the model was trained.
 */
@NullMarked
package org.rhn4j.insight;

import org.jspecify.annotations.NullMarked;
