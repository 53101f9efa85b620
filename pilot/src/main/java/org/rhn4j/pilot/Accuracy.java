package org.rhn4j.pilot;

/**
 * How good forecasts were on the test part.
 *
 * @param mase mean absolute error over that of the seasonal-naive forecast within the training part (Hyndman and
 *     Koehler, 2006)
 * @param smape symmetric mean absolute percentage error, in percent
 * @param rmse root of the mean squared error, in the target's unit
 * @param weightedQuantileLoss twice the quantile loss, summed over all quantiles' mean, over the sum of |truth|
 * @param coverage share of true values within the outermost quantiles
 */
public record Accuracy(double mase, double smape, double rmse, double weightedQuantileLoss, double coverage) {}
