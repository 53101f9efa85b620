/**
 * Anomaly detection in rows of measured values, one row at a time with constant memory.
 *
 * <p>A recurrent network that was trained on rows without labels predicts each channel some rows ahead as a heavy-tailed
 * distribution. What it did not foresee is a {@link org.rhn4j.tasks.anomaly.Surprise}; how rare so much surprise is among
 * recent rows, an {@link org.rhn4j.tasks.anomaly.ErrorTail} says; that is the score of
 * {@link org.rhn4j.tasks.anomaly.AnomalyDetector}.
 */
@NullMarked
package org.rhn4j.tasks.anomaly;

import org.jspecify.annotations.NullMarked;
