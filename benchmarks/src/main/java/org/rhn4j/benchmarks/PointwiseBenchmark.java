package org.rhn4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.rhn4j.numbers.Precision;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.numbers.Workspace;
import org.rhn4j.numbers.pointwise.Pointwise;
import org.rhn4j.numbers.pointwise.ScalarPointwise;
import org.rhn4j.numbers.pointwise.VectorActivations;
import org.rhn4j.numbers.pointwise.VectorPointwise;

/**
 * Elementwise kernels on one row of {@link #n} elements. A kernel that the compiler does not inline is ten to a hundred
 * times slower than its arithmetic, so each stands here beside the scalar one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class PointwiseBenchmark {
    /** Which provider. */
    @Param({"scalar", "vector"})
    public String provider;

    /** Elements. */
    @Param({"416", "5008"})
    public int n;

    private final Workspace workspace = new Workspace();
    private Pointwise pointwise = new ScalarPointwise();
    private long values;
    private long other;
    private long operand;

    /** Fills the rows. */
    @Setup
    public void prepare() {
        pointwise = provider.equals("vector") ? new VectorPointwise() : new ScalarPointwise();
        long valuesAt = workspace.reserveFloats(n);
        long otherAt = workspace.reserveFloats(n);
        long operandAt = workspace.reserve(2L * n);
        workspace.allocate();
        RandomSource random = new RandomSource(1);
        for (int i = 0; i < n; i++) {
            workspace.setFloat(valuesAt + 4L * i, random.uniform(i) * 8 - 4);
            workspace.setFloat(otherAt + 4L * i, random.uniform(n + i));
        }
        values = workspace.address(valuesAt);
        other = workspace.address(otherAt);
        operand = workspace.address(operandAt);
    }

    /** Frees the rows. */
    @TearDown
    public void free() {
        workspace.close();
    }

    /** e^(x − shift), with the sum. */
    @Benchmark
    public float exponentials() {
        return pointwise.exponentials(values, n, 0.5f);
    }

    /** Rounding to bf16 under a mask. */
    @Benchmark
    public void maskedToBfloat16() {
        pointwise.toOperand(values, other, 1f, operand, n, Precision.BF16);
    }

    /** One step of SGD. */
    @Benchmark
    public void descend() {
        pointwise.descend(values, other, n, 1e-9f);
    }

    /** tanh with its bias, in place (vectors only, whatever the provider). */
    @Benchmark
    public void tanh() {
        VectorActivations.tanh(values, other, n);
    }

    /** sigmoid with its bias, in place (vectors only, whatever the provider). */
    @Benchmark
    public void sigmoid() {
        VectorActivations.sigmoid(values, other, n);
    }
}
