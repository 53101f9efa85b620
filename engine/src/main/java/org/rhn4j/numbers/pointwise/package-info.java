/**
 * Elementwise kernels on native memory: an interface, a scalar reference, and a Vector API provider, chosen once.
 */
@NullMarked
package org.rhn4j.numbers.pointwise;

import org.jspecify.annotations.NullMarked;
