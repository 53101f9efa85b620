package org.rhn4j.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rhn4j.numbers.NativeFloats.mask;
import static org.rhn4j.numbers.NativeFloats.uniform;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rhn4j.numbers.NativeFloats;
import org.rhn4j.numbers.Precision;

/** Each vector kernel against its scalar one, on a slice in the middle of wider arrays. */
class CellKernelTest {
    /** Units of other workers before the slice, and after it. */
    private static final int BEFORE = 16;

    private static final int AFTER = 32;

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void free() {
        arena.close();
    }

    static Stream<Arguments> slices() {
        return EveryCell.of(2)
                .flatMap(cell -> Stream.of(Precision.values())
                        .flatMap(precision -> Stream.of(16, 48, 208)
                                .flatMap(width ->
                                        Stream.of(1, 3).map(rows -> Arguments.of(cell, precision, width, rows)))));
    }

    /** A slice with buffers of its own, whose contents depend on the seed alone. */
    private final class Micro {
        final CellKernel.Slice slice;
        private final SplittableRandom random = new SplittableRandom(5);
        private final Map<String, NativeFloats> results = new LinkedHashMap<>();
        private final Map<String, float[]> before = new LinkedHashMap<>();
        private final Cell cell;
        private final Precision precision;
        private final int width;
        private final int rows;
        private final int stride;

        Micro(Cell cell, Precision precision, int width, int rows) {
            this.cell = cell;
            slice = new CellKernel.Slice(cell);
            this.precision = precision;
            this.width = width;
            this.rows = rows;
            stride = BEFORE + width + AFTER;
            slice.rows = rows;
            slice.width = width;
            slice.stride = stride;
            slice.gateStride = cell.gates() * stride;
            slice.precision = precision;
        }

        private NativeFloats result(String name, NativeFloats values) {
            results.put(name, values);
            before.put(name, values.values());
            return values;
        }

        private NativeFloats random(int count) {
            return NativeFloats.of(arena, uniform(random, count, 1.5));
        }

        private NativeFloats randomOperands(int count) {
            return NativeFloats.operands(arena, uniform(random, count, 1), precision);
        }

        private long overUnits(String name) {
            return result(name, random(rows * stride)).address() + 4 * BEFORE;
        }

        private long overGates(String name) {
            return result(name, randomOperands(rows * slice.gateStride)).address()
                    + (long) precision.bytes() * cell.gates() * BEFORE;
        }

        private long maskOverUnits() {
            return NativeFloats.of(arena, mask(random, rows * stride)).address() + 4 * BEFORE;
        }

        Micro forward(boolean training, boolean output) {
            float[] a = uniform(random, rows * cell.gates() * width, 4);
            a[0] = 100;
            a[a.length / 2] = -100;
            a[a.length - 1] = -1e30f;
            slice.preActivation = NativeFloats.of(arena, a).address();
            slice.bias = random(cell.gates() * width).address();
            if (cell.hasApart()) {
                slice.recurrent = random(rows * cell.gates() * width).address();
                slice.recurrentBias = random(cell.gates() * width).address();
            }
            slice.scratch = random(2 * width).address();
            slice.state = overUnits("state");
            slice.memory = cell.hasMemory() ? overUnits("memory") : 0;
            slice.nextOperand =
                    result("next operand", randomOperands(rows * stride)).address() + (long) precision.bytes() * BEFORE;
            slice.output = output ? overUnits("output") : 0;
            if (training) {
                slice.stateMask = maskOverUnits();
                slice.updateMask = maskOverUnits();
                slice.factors = result("factors", randomOperands(rows * cell.factors() * width))
                        .address();
            }
            return this;
        }

        Micro backward(boolean fromProduct, boolean outputGradient) {
            slice.stateMask = maskOverUnits();
            slice.updateMask = maskOverUnits();
            slice.factors = randomOperands(rows * cell.factors() * width).address();
            slice.stateGradient = overUnits("state gradient");
            slice.memoryGradient = overUnits("memory gradient");
            slice.fromProduct = fromProduct ? random(rows * width).address() : 0;
            slice.outputGradient = outputGradient ? overUnits("output gradient") : 0;
            slice.gateGradient = overGates("gate gradient");
            slice.recurrentGateGradient = cell.hasApart() ? overGates("recurrent gate gradient") : slice.gateGradient;
            return this;
        }

        /** Asserts that what belongs to other workers is as it was. */
        void assertOthersUntouched() {
            results.forEach((name, values) -> {
                if (name.equals("factors")) {
                    return;
                }
                int gates = name.endsWith("gate gradient") ? cell.gates() : 1;
                float[] now = values.values();
                for (int i = 0; i < now.length; i++) {
                    int unit = i % (gates * stride);
                    if (unit < gates * BEFORE || unit >= gates * (BEFORE + width)) {
                        assertThat(now[i])
                                .as("%s[%d], of another worker", name, i)
                                .isEqualTo(before.get(name)[i]);
                    }
                }
            });
        }

        /** Asserts that own elements of a result all changed. */
        void assertWritten(String name) {
            float[] now = results.get(name).values();
            int same = 0;
            for (int r = 0; r < rows; r++) {
                for (int j = 0; j < width; j++) {
                    int at = r * stride + BEFORE + j;
                    same += now[at] == before.get(name)[at] ? 1 : 0;
                }
            }
            assertThat(same).as("unchanged elements of %s", name).isLessThan(rows * width / 4);
        }
    }

    private static void assertClose(Micro actual, Micro expected) {
        assertThat(actual.results.keySet()).isEqualTo(expected.results.keySet());
        expected.results.forEach((name, values) -> {
            boolean operand = name.equals("next operand") || name.equals("factors") || name.endsWith("gate gradient");
            // a float that differs in its last place may round to the bf16 next to it
            double relative = operand && expected.precision == Precision.BF16 ? 0x1p-7 : 1e-6;
            float[] e = values.values();
            float[] a = actual.results.get(name).values();
            for (int i = 0; i < e.length; i++) {
                if (!(Math.abs(a[i] - e[i]) <= relative * Math.abs(e[i]) + 1e-6)) {
                    assertThat(a[i]).as("%s[%d]", name, i).isEqualTo(e[i]);
                }
            }
        });
    }

    @ParameterizedTest(name = "{0}, {1}, {2} units, {3} rows")
    @MethodSource("slices")
    void forward_withVectors_equalsScalar(Cell cell, Precision precision, int width, int rows) {
        for (boolean training : new boolean[] {false, true}) {
            for (boolean output : new boolean[] {false, true}) {
                Micro scalar = new Micro(cell, precision, width, rows).forward(training, output);
                Micro vector = new Micro(cell, precision, width, rows).forward(training, output);

                cell.kind().kernel(cell, false, width).forward(scalar.slice);
                cell.kind().kernel(cell, true, width).forward(vector.slice);

                assertClose(vector, scalar);
                scalar.assertOthersUntouched();
                vector.assertOthersUntouched();
                scalar.assertWritten("state");
                scalar.assertWritten("next operand");
                if (output) {
                    scalar.assertWritten("output");
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}, {1}, {2} units, {3} rows")
    @MethodSource("slices")
    void backward_withVectors_equalsScalar(Cell cell, Precision precision, int width, int rows) {
        for (boolean fromProduct : new boolean[] {false, true}) {
            for (boolean outputGradient : new boolean[] {false, true}) {
                Micro scalar = new Micro(cell, precision, width, rows).backward(fromProduct, outputGradient);
                Micro vector = new Micro(cell, precision, width, rows).backward(fromProduct, outputGradient);

                cell.kind().kernel(cell, false, width).backward(scalar.slice);
                cell.kind().kernel(cell, true, width).backward(vector.slice);

                assertClose(vector, scalar);
                scalar.assertOthersUntouched();
                vector.assertOthersUntouched();
            }
        }
    }
}
