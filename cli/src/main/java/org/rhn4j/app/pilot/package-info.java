/** {@code rhn pilot}: is a highway network worth it on these data? */
@NullMarked
package org.rhn4j.app.pilot;

import org.jspecify.annotations.NullMarked;
