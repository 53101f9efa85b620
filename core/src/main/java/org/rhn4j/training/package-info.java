/**
 * Training: what to minimise with (optimisers, schedules, clipping, averages) and how a run survives (settings,
 * checkpoints, progress). Knows networks and their parameters, but not what the data means.
 */
@NullMarked
package org.rhn4j.training;

import org.jspecify.annotations.NullMarked;
