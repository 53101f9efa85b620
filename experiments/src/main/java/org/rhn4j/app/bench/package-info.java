/** {@code rhn bench}: speeds, and accuracy on published data. */
@NullMarked
package org.rhn4j.app.bench;

import org.jspecify.annotations.NullMarked;
