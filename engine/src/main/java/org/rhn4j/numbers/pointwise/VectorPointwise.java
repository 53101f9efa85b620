package org.rhn4j.numbers.pointwise;

import static org.rhn4j.numbers.pointwise.VectorMath.FLOATS;
import static org.rhn4j.numbers.pointwise.VectorMath.LANES;
import static org.rhn4j.numbers.pointwise.VectorMath.load;
import static org.rhn4j.numbers.pointwise.VectorMath.loadBfloat16;
import static org.rhn4j.numbers.pointwise.VectorMath.store;
import static org.rhn4j.numbers.pointwise.VectorMath.storeBfloat16;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.rhn4j.numbers.Precision;

/**
 * {@link Pointwise} with the Vector API. Whole vectors first, then what is left by the scalar reference.
 *
 * <p>Loops are kept small and count with an {@code int} over at most {@link #CHUNK} elements: larger or {@code long}
 * loops are compiled late or not at all, and a vector operation that is not compiled is a hundred times slower.
 */
public final class VectorPointwise implements Pointwise {
    /** Elements per inner loop over a long array; also what is summed in f32 before the sum goes on in double. */
    private static final int CHUNK = 4096;

    private final ScalarPointwise scalar = new ScalarPointwise();

    @Override
    public String description() {
        return FLOATS.vectorBitSize() + "-bit vectors";
    }

    private static int whole(int n) {
        return n - n % LANES;
    }

    private static long advance(long address, long elements) {
        return address == NONE ? NONE : address + 4 * elements;
    }

    private static long advanceOperand(long address, long elements, Precision precision) {
        return address + precision.bytes() * elements;
    }

    @Override
    public void toOperand(long source, long mask, float scale, long operand, int n, Precision precision) {
        int end = whole(n);
        if (precision == Precision.BF16) {
            if (mask == NONE) {
                for (int i = 0; i < end; i += LANES) {
                    storeBfloat16(load(source + 4L * i).mul(scale), operand + 2L * i);
                }
            } else {
                for (int i = 0; i < end; i += LANES) {
                    storeBfloat16(load(source + 4L * i).mul(load(mask + 4L * i)).mul(scale), operand + 2L * i);
                }
            }
        } else if (mask == NONE) {
            for (int i = 0; i < end; i += LANES) {
                store(load(source + 4L * i).mul(scale), operand + 4L * i);
            }
        } else {
            for (int i = 0; i < end; i += LANES) {
                store(load(source + 4L * i).mul(load(mask + 4L * i)).mul(scale), operand + 4L * i);
            }
        }
        if (end < n) {
            scalar.toOperand(
                    advance(source, end),
                    advance(mask, end),
                    scale,
                    advanceOperand(operand, end, precision),
                    n - end,
                    precision);
        }
    }

    @Override
    public void addMasked(long target, long source, long mask, float scale, int n) {
        int end = whole(n);
        FloatVector factor = FloatVector.broadcast(FLOATS, scale);
        if (mask == NONE) {
            for (int i = 0; i < end; i += LANES) {
                store(load(source + 4L * i).fma(factor, load(target + 4L * i)), target + 4L * i);
            }
        } else {
            for (int i = 0; i < end; i += LANES) {
                store(
                        load(source + 4L * i).mul(load(mask + 4L * i)).fma(factor, load(target + 4L * i)),
                        target + 4L * i);
            }
        }
        if (end < n) {
            scalar.addMasked(advance(target, end), advance(source, end), advance(mask, end), scale, n - end);
        }
    }

    @Override
    public void multiply(long values, long mask, int n) {
        if (mask == NONE) {
            return;
        }
        int end = whole(n);
        for (int i = 0; i < end; i += LANES) {
            store(load(values + 4L * i).mul(load(mask + 4L * i)), values + 4L * i);
        }
        if (end < n) {
            scalar.multiply(advance(values, end), advance(mask, end), n - end);
        }
    }

    @Override
    public void columnSums(long operand, int rows, long stride, int columns, Precision precision, long target) {
        int end = whole(columns);
        boolean bf16 = precision == Precision.BF16;
        // Four vectors of columns at a time: with one, each row would touch a new cache line for 64 bytes or less.
        int j = 0;
        for (; j + 4 * LANES <= end; j += 4 * LANES) {
            sumFour(operand + (long) precision.bytes() * j, rows, precision.bytes() * stride, bf16, target + 4L * j);
        }
        for (; j < end; j += LANES) {
            FloatVector sum = FloatVector.zero(FLOATS);
            long at = operand + (long) precision.bytes() * j;
            for (int r = 0; r < rows; r++) {
                sum = sum.add(bf16 ? loadBfloat16(at) : load(at));
                at += precision.bytes() * stride;
            }
            store(sum, target + 4L * j);
        }
        if (end < columns) {
            scalar.columnSums(
                    advanceOperand(operand, end, precision),
                    rows,
                    stride,
                    columns - end,
                    precision,
                    advance(target, end));
        }
    }

    private static void sumFour(long at, int rows, long step, boolean bf16, long target) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        if (bf16) {
            for (int r = 0; r < rows; r++, at += step) {
                a = a.add(loadBfloat16(at));
                b = b.add(loadBfloat16(at + 2L * LANES));
                c = c.add(loadBfloat16(at + 4L * LANES));
                d = d.add(loadBfloat16(at + 6L * LANES));
            }
        } else {
            for (int r = 0; r < rows; r++, at += step) {
                a = a.add(load(at));
                b = b.add(load(at + 4L * LANES));
                c = c.add(load(at + 8L * LANES));
                d = d.add(load(at + 12L * LANES));
            }
        }
        store(a, target);
        store(b, target + 4L * LANES);
        store(c, target + 8L * LANES);
        store(d, target + 12L * LANES);
    }

    @Override
    public float dot(long a, long b, int n) {
        int end = whole(n);
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < end; i += LANES) {
            sum = load(a + 4L * i).fma(load(b + 4L * i), sum);
        }
        float total = VectorMath.sum(sum);
        return end < n ? total + scalar.dot(advance(a, end), advance(b, end), n - end) : total;
    }

    @Override
    public void tanhOfSum(long a, long b, long result, int n) {
        int end = whole(n);
        for (int i = 0; i < end; i += LANES) {
            store(VectorMath.tanh(load(a + 4L * i).add(load(b + 4L * i))), result + 4L * i);
        }
        if (end < n) {
            scalar.tanhOfSum(advance(a, end), advance(b, end), advance(result, end), n - end);
        }
    }

    @Override
    public void addTanhGradient(long tanh, long weight, float gradient, long one, long other, int n) {
        int end = whole(n);
        FloatVector unit = FloatVector.broadcast(FLOATS, 1f);
        for (int i = 0; i < end; i += LANES) {
            FloatVector h = load(tanh + 4L * i);
            FloatVector d = load(weight + 4L * i).mul(gradient).mul(unit.sub(h.mul(h)));
            store(load(one + 4L * i).add(d), one + 4L * i);
            store(load(other + 4L * i).add(d), other + 4L * i);
        }
        if (end < n) {
            scalar.addTanhGradient(
                    advance(tanh, end),
                    advance(weight, end),
                    gradient,
                    advance(one, end),
                    advance(other, end),
                    n - end);
        }
    }

    @Override
    public float maximum(long values, int n) {
        int end = whole(n);
        FloatVector m = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < end; i += LANES) {
            m = m.max(load(values + 4L * i));
        }
        float maximum = m.reduceLanes(VectorOperators.MAX);
        return end < n ? Math.max(maximum, scalar.maximum(advance(values, end), n - end)) : maximum;
    }

    @Override
    public float exponentials(long values, int n, float shift) {
        int end = whole(n);
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < end; i += LANES) {
            FloatVector e = VectorMath.exp(load(values + 4L * i).sub(shift));
            store(e, values + 4L * i);
            sum = sum.add(e);
        }
        float total = VectorMath.sum(sum);
        return end < n ? total + scalar.exponentials(advance(values, end), n - end, shift) : total;
    }

    @Override
    public void scaleToOperand(long source, long operand, int n, float scale, float shift, Precision precision) {
        int end = whole(n);
        FloatVector a = FloatVector.broadcast(FLOATS, scale);
        FloatVector b = FloatVector.broadcast(FLOATS, shift);
        if (precision == Precision.BF16) {
            for (int i = 0; i < end; i += LANES) {
                storeBfloat16(load(source + 4L * i).fma(a, b), operand + 2L * i);
            }
        } else {
            for (int i = 0; i < end; i += LANES) {
                store(load(source + 4L * i).fma(a, b), operand + 4L * i);
            }
        }
        if (end < n) {
            scalar.scaleToOperand(
                    advance(source, end), advanceOperand(operand, end, precision), n - end, scale, shift, precision);
        }
    }

    @Override
    public double decayAndSquares(long gradient, long weight, long n, float decay) {
        double sum = 0;
        long done = 0;
        for (; done + CHUNK <= n; done += CHUNK) {
            sum += squaresOfChunk(gradient + 4 * done, weight + 4 * done, CHUNK, decay);
        }
        int rest = (int) (n - done);
        int end = whole(rest);
        sum += squaresOfChunk(gradient + 4 * done, weight + 4 * done, end, decay);
        return end < rest
                ? sum
                        + scalar.decayAndSquares(
                                gradient + 4 * (done + end), weight + 4 * (done + end), rest - end, decay)
                : sum;
    }

    private static double squaresOfChunk(long gradient, long weight, int n, float decay) {
        FloatVector sum = FloatVector.zero(FLOATS);
        if (decay == 0) {
            for (int i = 0; i < n; i += LANES) {
                FloatVector g = load(gradient + 4L * i);
                sum = g.fma(g, sum);
            }
        } else {
            FloatVector d = FloatVector.broadcast(FLOATS, decay);
            for (int i = 0; i < n; i += LANES) {
                FloatVector g = load(weight + 4L * i).fma(d, load(gradient + 4L * i));
                store(g, gradient + 4L * i);
                sum = g.fma(g, sum);
            }
        }
        return VectorMath.sum(sum);
    }

    @Override
    public void descend(long weight, long gradient, long n, float rate) {
        long done = 0;
        for (; done + CHUNK <= n; done += CHUNK) {
            descendChunk(weight + 4 * done, gradient + 4 * done, CHUNK, rate);
        }
        int rest = (int) (n - done);
        int end = whole(rest);
        descendChunk(weight + 4 * done, gradient + 4 * done, end, rate);
        if (end < rest) {
            scalar.descend(weight + 4 * (done + end), gradient + 4 * (done + end), rest - end, rate);
        }
    }

    private static void descendChunk(long weight, long gradient, int n, float rate) {
        FloatVector r = FloatVector.broadcast(FLOATS, -rate);
        for (int i = 0; i < n; i += LANES) {
            store(load(gradient + 4L * i).fma(r, load(weight + 4L * i)), weight + 4L * i);
        }
    }

    @Override
    public void descendAnchored(long weight, long gradient, Anchor a, long n, float rate) {
        long done = 0;
        for (; done + CHUNK <= n; done += CHUNK) {
            anchoredChunk(weight, gradient, a, 4 * done, CHUNK, rate);
        }
        int rest = (int) (n - done);
        int end = whole(rest);
        anchoredChunk(weight, gradient, a, 4 * done, end, rate);
        if (end < rest) {
            long at = 4 * (done + end);
            Anchor of = new Anchor(a.anchor() + at, a.scale() + at, a.pull() + at);
            scalar.descendAnchored(weight + at, gradient + at, of, rest - end, rate);
        }
    }

    private static void anchoredChunk(long weight, long gradient, Anchor a, long at, int n, float rate) {
        FloatVector r = FloatVector.broadcast(FLOATS, -rate);
        for (long i = at; i < at + 4L * n; i += 4L * LANES) {
            FloatVector w = load(weight + i);
            FloatVector step = load(a.scale() + i).mul(load(gradient + i));
            FloatVector back = load(a.anchor() + i).sub(w).fma(load(a.pull() + i), w);
            store(step.fma(r, back), weight + i);
        }
    }

    @Override
    public void adam(long weight, long gradient, long m, long v, long n, AdamStep step) {
        long done = 0;
        for (; done + CHUNK <= n; done += CHUNK) {
            adamChunk(weight + 4 * done, gradient + 4 * done, m + 4 * done, v + 4 * done, CHUNK, step);
        }
        int rest = (int) (n - done);
        int end = whole(rest);
        adamChunk(weight + 4 * done, gradient + 4 * done, m + 4 * done, v + 4 * done, end, step);
        if (end < rest) {
            long at = 4 * (done + end);
            scalar.adam(weight + at, gradient + at, m + at, v + at, rest - end, step);
        }
    }

    private static void adamChunk(long weight, long gradient, long m, long v, int n, AdamStep s) {
        FloatVector decay = FloatVector.broadcast(FLOATS, s.decay());
        FloatVector rate = FloatVector.broadcast(FLOATS, -s.rate());
        FloatVector beta1 = FloatVector.broadcast(FLOATS, s.beta1());
        FloatVector beta2 = FloatVector.broadcast(FLOATS, s.beta2());
        for (int i = 0; i < n; i += LANES) {
            FloatVector g = load(gradient + 4L * i).mul(s.scale());
            FloatVector w = load(weight + 4L * i);
            FloatVector newM = beta1.fma(load(m + 4L * i), g.mul(1 - s.beta1()));
            FloatVector newV = beta2.fma(load(v + 4L * i), g.mul(1 - s.beta2()).mul(g));
            FloatVector direction = newM.mul(s.correction1())
                    .div(newV.mul(s.correction2()).sqrt().add(s.epsilon()));
            store(newM, m + 4L * i);
            store(newV, v + 4L * i);
            store(decay.fma(w, direction).fma(rate, w), weight + 4L * i);
        }
    }

    @Override
    public void average(long average, long value, long n, float share) {
        long done = 0;
        for (; done + CHUNK <= n; done += CHUNK) {
            averageChunk(average + 4 * done, value + 4 * done, CHUNK, share);
        }
        int rest = (int) (n - done);
        int end = whole(rest);
        averageChunk(average + 4 * done, value + 4 * done, end, share);
        if (end < rest) {
            scalar.average(average + 4 * (done + end), value + 4 * (done + end), rest - end, share);
        }
    }

    private static void averageChunk(long average, long value, int n, float share) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector a = load(average + 4L * i);
            store(load(value + 4L * i).sub(a).fma(FloatVector.broadcast(FLOATS, share), a), average + 4L * i);
        }
    }
}
