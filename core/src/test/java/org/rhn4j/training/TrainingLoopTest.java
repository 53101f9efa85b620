package org.rhn4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.CellKind;
import org.rhn4j.cells.Dropout;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.store.Json;
import org.rhn4j.training.TrainingRecord.Ended;

/** The time that a run tells, by a clock that moves only where the run works. */
class TrainingLoopTest {
    private static final Architecture ARCHITECTURE = new RecurrentStack(CellKind.RHN, 4, 1, 1).architecture(1, 1, 0);
    private static final TrainingSettings SETTINGS =
            TrainingSettings.builder().batch(2).window(3).epochs(2).build();
    private static final long WINDOW = 1;
    private static final long VALIDATION = 10;
    private static final long WEIGHTS = 100;

    @TempDir
    private Path folder;

    private long seconds = 77;

    /** Four windows of one second in an epoch, validation of ten, weights that take a hundred to write. */
    private final class Work implements TrainingTask {
        private final Network network;
        private final Parameters parameters;

        Work(Network network, Parameters parameters) {
            this.network = network;
            this.parameters = parameters;
        }

        @Override
        public List<Network> parts() {
            return List.of(network);
        }

        @Override
        public Parameters parameters() {
            return parameters;
        }

        @Override
        public int windows() {
            return 4;
        }

        @Override
        public long itemsPerWindow() {
            return 6;
        }

        @Override
        public void beginEpoch(int epoch) {}

        @Override
        public double gradients(int epoch, int window, RandomSource random) {
            seconds += WINDOW;
            return network.gradients(
                    Sequences.ofValues(new float[6]),
                    (row, outputs, gradient) -> {
                        gradient[0] = outputs[0] - 1;
                        return gradient[0] * gradient[0] / 2;
                    },
                    Dropout.NONE,
                    random);
        }

        @Override
        public double validate() {
            seconds += VALIDATION;
            return 1.0 / seconds;
        }

        @Override
        public void writeDescription(Path into) {}

        @Override
        public void writeWeights(Path into) {
            seconds += WEIGHTS;
        }

        @Override
        public List<TrainingRecord.Source> sources() {
            return List.of();
        }

        @Override
        public String fingerprint() {
            return "work";
        }
    }

    /** Begins a run, or goes on with it, and stops it after some windows. */
    private TrainingRecord run(boolean resume, int windows) {
        try (Engine engine = Engine.builder().threads(1).build();
                Parameters parameters = Network.parameters(ARCHITECTURE, 1)) {
            parameters.allocate();
            try (Network network = new Network(engine, parameters, ARCHITECTURE, WindowShape.of(3, 2), true);
                    Optimizer optimizer = new Optimizer(engine, parameters, SETTINGS)) {
                network.allocate();
                optimizer.allocate();
                TrainingListener stopping = new TrainingListener() {
                    private int trained;

                    @Override
                    public Decision afterWindow(Progress progress) {
                        trained++;
                        assertThat(progress.seconds()).isGreaterThanOrEqualTo(trained * WINDOW);
                        return trained == windows ? Decision.STOP : Decision.CONTINUE;
                    }
                };
                Work work = new Work(network, parameters);
                TrainingLoop loop = new TrainingLoop(
                        engine, work, optimizer, SETTINGS, folder, stopping, () -> seconds * 1_000_000_000L);
                if (resume) {
                    loop.resume();
                }
                return loop.train();
            }
        }
    }

    @Test
    void seconds_addUpOverStops() {
        TrainingRecord first = run(false, 3);
        assertThat(first.ended()).isEqualTo(Ended.STOPPED);
        // not the weights that are written after the checkpoint: what is told is what is gone on from
        assertThat(first.timing().seconds()).isEqualTo(3 * WINDOW);
        assertThat(first.timing().itemsPerSecond()).isEqualTo(6.0);

        seconds += 1_000_000; // between two processes
        TrainingRecord second = run(true, 2);
        assertThat(second.ended()).isEqualTo(Ended.STOPPED);
        long secondSeconds = 2 * WINDOW + VALIDATION + WEIGHTS;
        assertThat(second.timing().seconds()).isEqualTo(first.timing().seconds() + secondSeconds);
        assertThat(Json.read(folder.resolve(TrainingRecord.FILE), TrainingRecord.class))
                .isEqualTo(second);

        TrainingRecord third = run(true, Integer.MAX_VALUE);
        assertThat(third.ended()).isEqualTo(Ended.EPOCHS);
        assertThat(third.timing().seconds()).isEqualTo(second.timing().seconds() + 3 * WINDOW + VALIDATION + WEIGHTS);
    }

    @Test
    void seconds_ofAStoppedRunAreThoseOfItsCheckpoint() {
        TrainingRecord record = run(false, 3);
        Checkpoint.Position position = Checkpoint.position(folder.resolve(TrainingLoop.CHECKPOINT_FILE));
        assertThat(position.seconds()).isEqualTo(record.timing().seconds());
    }
}
