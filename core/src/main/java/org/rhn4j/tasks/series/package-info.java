/**
 * Time series as data: tables become series on a regular time axis.
 *
 * <p>A {@link org.rhn4j.tasks.series.SeriesReader} turns a CSV file into a {@link org.rhn4j.tasks.series.SeriesSet} as
 * a {@link org.rhn4j.tasks.series.SeriesSchema} says which column is what, and reports what it found;
 * {@link org.rhn4j.tasks.series.SeriesRows} does the same row by row with constant memory.
 * {@link org.rhn4j.tasks.series.TimeSplit} cuts series by time, {@link org.rhn4j.tasks.series.Scaling} and
 * {@link org.rhn4j.tasks.series.CalendarFeatures} make numbers fit for a network.
 */
@NullMarked
package org.rhn4j.tasks.series;

import org.jspecify.annotations.NullMarked;
