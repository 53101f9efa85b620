/** Folders that commands write: what may be in the way, and who is writing. */
@NullMarked
package org.rhn4j.app.files;

import org.jspecify.annotations.NullMarked;
