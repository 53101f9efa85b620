/** {@code rhn reproduce}: published experiments, and ours that stand behind a claim. */
@NullMarked
package org.rhn4j.app.reproduce;

import org.jspecify.annotations.NullMarked;
