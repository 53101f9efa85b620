/** {@code rhn train}: models of text, forecasts, anomalies and failures. */
@NullMarked
package org.rhn4j.app.train;

import org.jspecify.annotations.NullMarked;
