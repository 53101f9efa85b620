package org.rhn4j.tasks.forecast;

import java.util.List;

/** Whatever makes forecasts of windows: a trained network, a naive rule. */
@FunctionalInterface
public interface ForecastMethod {
    /** A forecast of each window, in their order. */
    List<Forecast> forecast(List<ForecastWindow> windows);
}
