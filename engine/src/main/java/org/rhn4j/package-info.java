/** What every part of the library shares: its version and the error a user can act on. */
@NullMarked
package org.rhn4j;

import org.jspecify.annotations.NullMarked;
