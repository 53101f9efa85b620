/**
 * Failure prediction: how long a unit has left, and how likely it fails soon, from histories of units that ran to failure.
 *
 * <p>A {@link org.rhn4j.tasks.histories.HistoryReader} turns a table into a history for each unit;
 * {@link org.rhn4j.tasks.failure.FailureTrainer} trains a recurrent network on some units and validates it on others;
 * {@link org.rhn4j.tasks.failure.FailurePredictor} takes the rows of any number of units one at a time, in any order.
 */
@NullMarked
package org.rhn4j.tasks.failure;

import org.jspecify.annotations.NullMarked;
