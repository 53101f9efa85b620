/**
 * The cells and the language model once more, in double precision and plain loops: the oracle that the fast engine is
 * compared with.
 *
 * <p>Nothing here is clever. Each class states its equations and the code below repeats them, one sequence and one time
 * step at a time. Tensors are flat {@code double[]} in row-major order with their shape named in the comments: T time
 * steps, B sequences (the batch), I inputs, H hidden units, V tokens of the vocabulary, E the embedding's width.
 */
@NullMarked
package org.rhn4j.cells.reference;

import org.jspecify.annotations.NullMarked;
