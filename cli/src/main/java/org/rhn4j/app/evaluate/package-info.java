/** {@code rhn eval}, and the figures of a model on data that other commands tell too. */
@NullMarked
package org.rhn4j.app.evaluate;

import org.jspecify.annotations.NullMarked;
