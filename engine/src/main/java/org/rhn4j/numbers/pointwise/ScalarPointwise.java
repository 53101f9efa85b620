package org.rhn4j.numbers.pointwise;

import static org.rhn4j.numbers.NativeMemory.getFloat;
import static org.rhn4j.numbers.NativeMemory.getShort;
import static org.rhn4j.numbers.NativeMemory.setFloat;
import static org.rhn4j.numbers.NativeMemory.setShort;

import org.rhn4j.numbers.Precision;

/** The reference of {@link Pointwise}: one element at a time, in the order of the formulas. */
public final class ScalarPointwise implements Pointwise {
    @Override
    public String description() {
        return "scalar loops";
    }

    /** The operand element at an index. */
    public static float loadOperand(long operand, long index, Precision precision) {
        return precision == Precision.BF16
                ? Bfloat16.toFloat(getShort(operand + 2 * index))
                : getFloat(operand + 4 * index);
    }

    /** Sets the operand element at an index. */
    public static void storeOperand(long operand, long index, float value, Precision precision) {
        if (precision == Precision.BF16) {
            setShort(operand + 2 * index, Bfloat16.fromFloat(value));
        } else {
            setFloat(operand + 4 * index, value);
        }
    }

    private static float maskAt(long mask, long index) {
        return mask == NONE ? 1f : getFloat(mask + 4 * index);
    }

    @Override
    public void toOperand(long source, long mask, float scale, long operand, int n, Precision precision) {
        for (int i = 0; i < n; i++) {
            storeOperand(operand, i, getFloat(source + 4L * i) * maskAt(mask, i) * scale, precision);
        }
    }

    @Override
    public void multiply(long values, long mask, int n) {
        for (int i = 0; i < n; i++) {
            setFloat(values + 4L * i, getFloat(values + 4L * i) * maskAt(mask, i));
        }
    }

    @Override
    public void addMasked(long target, long source, long mask, float scale, int n) {
        for (int i = 0; i < n; i++) {
            long at = target + 4L * i;
            setFloat(at, Math.fma(getFloat(source + 4L * i) * maskAt(mask, i), scale, getFloat(at)));
        }
    }

    @Override
    public void columnSums(long operand, int rows, long stride, int columns, Precision precision, long target) {
        for (int j = 0; j < columns; j++) {
            float sum = 0;
            for (int r = 0; r < rows; r++) {
                sum += loadOperand(operand, r * stride + j, precision);
            }
            setFloat(target + 4L * j, sum);
        }
    }

    @Override
    public float dot(long a, long b, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += (double) getFloat(a + 4L * i) * getFloat(b + 4L * i);
        }
        return (float) sum;
    }

    @Override
    public void tanhOfSum(long a, long b, long result, int n) {
        for (int i = 0; i < n; i++) {
            setFloat(result + 4L * i, (float) Math.tanh(getFloat(a + 4L * i) + getFloat(b + 4L * i)));
        }
    }

    @Override
    public void addTanhGradient(long tanh, long weight, float gradient, long one, long other, int n) {
        for (int i = 0; i < n; i++) {
            float h = getFloat(tanh + 4L * i);
            float d = gradient * getFloat(weight + 4L * i) * (1 - h * h);
            setFloat(one + 4L * i, getFloat(one + 4L * i) + d);
            setFloat(other + 4L * i, getFloat(other + 4L * i) + d);
        }
    }

    @Override
    public float maximum(long values, int n) {
        float maximum = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            maximum = Math.max(maximum, getFloat(values + 4L * i));
        }
        return maximum;
    }

    @Override
    public float exponentials(long values, int n, float shift) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            float e = (float) Math.exp(getFloat(values + 4L * i) - shift);
            setFloat(values + 4L * i, e);
            sum += e;
        }
        return (float) sum;
    }

    @Override
    public void scaleToOperand(long source, long operand, int n, float scale, float shift, Precision precision) {
        for (int i = 0; i < n; i++) {
            storeOperand(operand, i, Math.fma(getFloat(source + 4L * i), scale, shift), precision);
        }
    }

    @Override
    public double decayAndSquares(long gradient, long weight, long n, float decay) {
        double sum = 0;
        for (long i = 0; i < n; i++) {
            float g = Math.fma(decay, getFloat(weight + 4 * i), getFloat(gradient + 4 * i));
            setFloat(gradient + 4 * i, g);
            sum += (double) g * g;
        }
        return sum;
    }

    @Override
    public void descend(long weight, long gradient, long n, float rate) {
        for (long i = 0; i < n; i++) {
            long at = weight + 4 * i;
            setFloat(at, Math.fma(-rate, getFloat(gradient + 4 * i), getFloat(at)));
        }
    }

    @Override
    public void descendAnchored(long weight, long gradient, Anchor a, long n, float rate) {
        for (long i = 0; i < n; i++) {
            float w = getFloat(weight + 4 * i);
            float step = getFloat(a.scale() + 4 * i) * getFloat(gradient + 4 * i);
            float back = Math.fma(getFloat(a.pull() + 4 * i), getFloat(a.anchor() + 4 * i) - w, w);
            setFloat(weight + 4 * i, Math.fma(-rate, step, back));
        }
    }

    @Override
    public void adam(long weight, long gradient, long m, long v, long n, AdamStep s) {
        for (long i = 0; i < n; i++) {
            float g = getFloat(gradient + 4 * i) * s.scale();
            float w = getFloat(weight + 4 * i);
            float newM = Math.fma(s.beta1(), getFloat(m + 4 * i), (1 - s.beta1()) * g);
            float newV = Math.fma(s.beta2(), getFloat(v + 4 * i), (1 - s.beta2()) * g * g);
            float direction = newM * s.correction1() / ((float) Math.sqrt(newV * s.correction2()) + s.epsilon());
            setFloat(m + 4 * i, newM);
            setFloat(v + 4 * i, newV);
            setFloat(weight + 4 * i, Math.fma(-s.rate(), Math.fma(s.decay(), w, direction), w));
        }
    }

    @Override
    public void average(long average, long value, long n, float share) {
        for (long i = 0; i < n; i++) {
            float a = getFloat(average + 4 * i);
            setFloat(average + 4 * i, Math.fma(share, getFloat(value + 4 * i) - a, a));
        }
    }
}
