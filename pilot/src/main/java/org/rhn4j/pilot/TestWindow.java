package org.rhn4j.pilot;

/**
 * A stretch of the test part that was forecast.
 *
 * @param series whose it is
 * @param origin the last time stamp that the forecast knew
 * @param block windows that share data share a block, and different blocks share none
 */
public record TestWindow(String series, String origin, int block) {}
