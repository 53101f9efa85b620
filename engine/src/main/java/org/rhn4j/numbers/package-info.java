/**
 * Numbers: aligned native memory, matrix products (oneDNN), pointwise kernels (Vector API, scalar reference), a team
 * of worker threads and seeded randomness. Nothing here knows what a recurrent net is.
 */
@NullMarked
package org.rhn4j.numbers;

import org.jspecify.annotations.NullMarked;
