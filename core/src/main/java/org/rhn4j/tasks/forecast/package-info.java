/**
 * Forecasts of time series: all steps of a horizon at once, as quantiles, by one network for all series of a set.
 *
 * <p>A window of past rows, centred and scaled by itself, is read in patches by recurrent layers; a linear
 * autoregression reaches the outputs beside them ({@link org.rhn4j.tasks.forecast.WindowEncoder}), so that the layers
 * learn what is not linear. What the outputs mean is a {@link org.rhn4j.tasks.forecast.ForecastHead}.
 */
@NullMarked
package org.rhn4j.tasks.forecast;

import org.jspecify.annotations.NullMarked;
