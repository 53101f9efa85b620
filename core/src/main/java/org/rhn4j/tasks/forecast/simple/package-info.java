/**
 * Simple methods that forecast a point for each step: the last season, exponential smoothing, linear regressions on lags.
 * Each is fitted to the rows before a moment, in closed form or within seconds, and then follows the rows of any series
 * of the kind it was fitted to. {@link org.rhn4j.tasks.forecast.simple.Combination} weighs them.
 */
@NullMarked
package org.rhn4j.tasks.forecast.simple;

import org.jspecify.annotations.NullMarked;
