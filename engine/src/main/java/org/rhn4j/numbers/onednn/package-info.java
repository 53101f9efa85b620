/**
 * oneDNN's C interface through {@code java.lang.foreign}, with an explicit owner for every native handle.
 */
@NullMarked
package org.rhn4j.numbers.onednn;

import org.jspecify.annotations.NullMarked;
