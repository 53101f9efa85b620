/** What a model is and what happens inside: {@code info} and {@code explain}. */
@NullMarked
package org.rhn4j.app.insight;

import org.jspecify.annotations.NullMarked;
