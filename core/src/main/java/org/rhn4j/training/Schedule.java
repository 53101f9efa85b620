package org.rhn4j.training;

/**
 * How the learning rate changes, as a factor of the base rate.
 *
 * @param kind the shape
 * @param flatEpochs for {@link Kind#DECAY}: epochs at the base rate
 * @param divisor for {@link Kind#DECAY}: what the rate is divided by, once for every epoch after the flat ones
 * @param warmup for {@link Kind#COSINE}: share of the run in which the rate rises from zero, in [0, 1)
 * @param end for {@link Kind#COSINE}: factor at the end, in [0, 1]
 */
public record Schedule(Kind kind, int flatEpochs, double divisor, double warmup, double end) {
    /** The shape of a schedule. */
    public enum Kind {
        /** The authors': flat, then divided by a constant in every epoch. */
        DECAY,
        /** Linear warm-up, then half a cosine (Loshchilov and Hutter, 2017). */
        COSINE
    }

    /**
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Schedule {
        if (flatEpochs < 0 || !(divisor >= 1) || !(warmup >= 0 && warmup < 1) || !(end >= 0 && end <= 1)) {
            throw new IllegalArgumentException("not a schedule: flat epochs " + flatEpochs + ", divisor " + divisor
                    + ", warm-up " + warmup + ", end " + end);
        }
    }

    /** Flat, then divided once an epoch. */
    public static Schedule decay(int flatEpochs, double divisor) {
        return new Schedule(Kind.DECAY, flatEpochs, divisor, 0, 0);
    }

    /** Warm-up over a share of the run, then a cosine down to {@code end}. */
    public static Schedule cosine(double warmup, double end) {
        return new Schedule(Kind.COSINE, 0, 1, warmup, end);
    }

    /**
     * The factor of the base rate.
     *
     * @param epoch epochs done, from 0
     * @param progress share of the run that is done, in [0, 1]
     */
    public double factor(int epoch, double progress) {
        if (kind == Kind.DECAY) {
            // with 20 flat epochs the 21st, whose number is 20, is the first to be divided
            return Math.pow(divisor, -Math.max(epoch - flatEpochs + 1, 0));
        }
        double p = Math.clamp(progress, 0, 1);
        if (p < warmup) {
            return Math.max(p / warmup, 1e-3);
        }
        double fall = (p - warmup) / (1 - warmup);
        return end + (1 - end) * 0.5 * (1 + Math.cos(Math.PI * fall));
    }
}
