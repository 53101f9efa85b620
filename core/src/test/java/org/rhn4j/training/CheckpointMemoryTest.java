package org.rhn4j.training;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.OwnJvm;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.Engine;

/** Checkpoints and weights of a network many times as large as the heap. */
class CheckpointMemoryTest {
    @TempDir
    private Path folder;

    @Test
    void checkpointsAndWeights_areWrittenAndReadInAHeapThatHoldsNoTensorOfThem() {
        OwnJvm.Ended ended = new OwnJvm().options("-Xmx20m").run(WritesAndReads.class, folder.toString());
        assertThat(ended.status()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("6,0").contains("all equal");
    }

    /** Writes 6 million parameters with moments and averages (96 MB), reads them back, and compares. */
    static final class WritesAndReads {
        private static final Architecture ARCHITECTURE =
                new RecurrentStack(CellKind.RHN, 32, 1, 1).architecture(3, 1000, 6000);

        private WritesAndReads() {}

        public static void main(String[] arguments) {
            Path file = Path.of(arguments[0], "checkpoint");
            Path weights = Path.of(arguments[0], "weights");
            TrainingSettings settings = TrainingSettings.builder()
                    .optimizer(Optimizer.Kind.ADAMW)
                    .average(0.99)
                    .build();
            try (Engine engine = Engine.builder().threads(2).build();
                    Run written = new Run(engine, settings);
                    Run read = new Run(engine, settings)) {
                System.out.printf(java.util.Locale.ROOT, "%,d parameters%n", written.parameters.count());
                written.fill();
                Checkpoint.Position position =
                        new Checkpoint.Position(settings, "data", 1, 2, 3, 0, 4, 5, 1, 6, 7, 1, List.of());
                Checkpoint.write(file, position, written.parameters, written.optimizer, List.of(written.network));
                if (!Checkpoint.read(file, read.parameters, read.optimizer, List.of(read.network))
                        .equals(position)) {
                    throw new AssertionError("another position");
                }
                read.requireEqual(written);
                ParameterFile.write(weights, written.parameters);
                read.parameters.memory().fill((byte) 0);
                ParameterFile.read(weights, read.parameters);
                read.requireEqual(written);
                System.out.println("all equal");
            }
        }

        private record Run(Parameters parameters, Network network, Optimizer optimizer) implements AutoCloseable {
            Run(Engine engine, TrainingSettings settings) {
                this(engine, settings, Network.parameters(ARCHITECTURE, engine.threads()));
            }

            private Run(Engine engine, TrainingSettings settings, Parameters parameters) {
                parameters.allocate();
                this(
                        parameters,
                        new Network(engine, parameters, ARCHITECTURE, WindowShape.of(1, 1), true).allocate(),
                        new Optimizer(engine, parameters, settings).allocate());
            }

            /** Of each array, every visible element differs from its neighbours; padding is zero. */
            void fill() {
                float[] row = new float[6000];
                for (Parameters.Parameter parameter : parameters.all()) {
                    for (int r = 0; r < parameter.rows(); r++) {
                        for (int c = 0; c < parameter.columns(); c++) {
                            row[c] = r + c * 1e-4f;
                        }
                        long at = 4 * parameter.rowOffset(r);
                        MemorySegment.copy(row, 0, parameters.memory(), JAVA_FLOAT, at, parameter.columns());
                        for (MemorySegment array : optimizer.arrays().values()) {
                            row[0]++;
                            MemorySegment.copy(row, 0, array, JAVA_FLOAT, at, parameter.columns());
                        }
                    }
                }
            }

            void requireEqual(Run other) {
                requireEqual("weights", parameters.memory(), other.parameters.memory());
                Map<String, MemorySegment> arrays = optimizer.arrays();
                other.optimizer.arrays().forEach((name, array) -> requireEqual(name, arrays.get(name), array));
            }

            private void requireEqual(String name, MemorySegment one, MemorySegment other) {
                long mismatch = one.mismatch(other);
                if (mismatch >= 0) {
                    throw new AssertionError(name + " differ at byte " + mismatch);
                }
            }

            @Override
            public void close() {
                optimizer.close();
                network.close();
                parameters.close();
            }
        }
    }
}
