/** The command line. */
@NullMarked
package org.rhn4j.app;

import org.jspecify.annotations.NullMarked;
