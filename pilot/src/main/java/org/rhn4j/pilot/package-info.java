/**
 * The pilot: naive forecasts, an incumbent such as an LSTM and highway networks of several depths on one data set, at equal parameters and
 * equal training time, and what that recommends. Start reading at {@link org.rhn4j.pilot.PilotResult} and
 * {@link org.rhn4j.pilot.DecisionRules}.
 */
@NullMarked
package org.rhn4j.pilot;

import org.jspecify.annotations.NullMarked;
