/**
 * Polyphonic music, note by note: the data of the optimisation experiment of the RHN paper, and the networks that are
 * compared on it.
 */
@NullMarked
package org.rhn4j.tasks.chorales;

import org.jspecify.annotations.NullMarked;
