package org.rhn4j.pilot;

/**
 * What forecasting with a trained model takes, one series at a time.
 *
 * @param predictions how many were timed
 * @param meanMilliseconds mean time of one
 * @param p50Milliseconds half of them took no longer
 * @param p99Milliseconds 99 of 100 took no longer
 * @param modelBytes size of the model's files; 0 for naive forecasts
 * @param memoryBytes memory that the loaded network holds, outside the Java heap; 0 for naive forecasts
 * @param joulesPerPrediction power times mean time
 * @param costPerMillion price of the machine for the time of a million predictions
 */
public record Cost(
        int predictions,
        double meanMilliseconds,
        double p50Milliseconds,
        double p99Milliseconds,
        long modelBytes,
        long memoryBytes,
        double joulesPerPrediction,
        double costPerMillion) {}
