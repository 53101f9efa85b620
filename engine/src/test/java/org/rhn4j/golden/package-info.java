/** Reads the vectors computed by PyTorch that the cells are tested against. */
@NullMarked
package org.rhn4j.golden;

import org.jspecify.annotations.NullMarked;
