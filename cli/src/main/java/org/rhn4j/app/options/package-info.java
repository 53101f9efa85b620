/** Groups of options that commands share, with their defaults. */
@NullMarked
package org.rhn4j.app.options;

import org.jspecify.annotations.NullMarked;
