/**
 * Tables of histories: rows of any number of units, those of a unit in order of time, and what became of it; and networks
 * that read them row by row.
 *
 * <p>A {@link org.rhn4j.tasks.histories.HistoryReader} turns a table into a history for each unit. What tasks on histories
 * share stands here: what of a row enters the network, windows to train on, the trainer, the state that is carried from
 * row to row. A task adds a {@link org.rhn4j.tasks.histories.HistoryLoss}, and what the outputs mean.
 */
@NullMarked
package org.rhn4j.tasks.histories;

import org.jspecify.annotations.NullMarked;
