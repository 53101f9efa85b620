/**
 * Files: what a model folder is made of, and how each of its files is read and written.
 *
 * <p>Everything that comes from a disk is distrusted and checked; whatever a person can put right is told in one
 * sentence as an {@link org.rhn4j.UserError}. Everything that goes to a disk goes through
 * {@link org.rhn4j.store.AtomicFiles}, so that a reader sees either the earlier file or the whole new one.
 */
@NullMarked
package org.rhn4j.store;

import org.jspecify.annotations.NullMarked;
