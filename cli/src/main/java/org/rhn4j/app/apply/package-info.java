/** A trained model at work: {@code generate}, {@code forecast}, {@code detect} and {@code predict}. */
@NullMarked
package org.rhn4j.app.apply;

import org.jspecify.annotations.NullMarked;
