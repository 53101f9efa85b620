package org.rhn4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Architecture.Layer;
import org.rhn4j.cells.Attention;
import org.rhn4j.cells.Dropout;
import org.rhn4j.cells.Gradients;
import org.rhn4j.cells.LayerState;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.ParameterFile;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.RecurrentHighway;
import org.rhn4j.cells.Sequences;
import org.rhn4j.cells.TrainedPart;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.RandomSource;
import org.rhn4j.training.TrainingRecord.Ended;

/** Networks and an attention that are trained together: they learn to say a sequence of tokens backwards. */
class SeveralPartsTest {
    private static final int WORDS = 6;
    private static final int STEPS = 5;
    private static final int BATCH = 16;
    private static final int UNITS = 20;
    private static final TrainingSettings SETTINGS = TrainingSettings.builder()
            .batch(BATCH)
            .window(STEPS)
            .epochs(3)
            .optimizer(Optimizer.Kind.ADAMW)
            .learningRate(1e-2)
            .clip(1)
            .average(0.9)
            .build();

    @TempDir
    private Path folder;

    /** Encoder → attention → decoder and what tells the token, all in one set of parameters. */
    private static final class Reversing implements TrainingTask, AutoCloseable {
        private static final List<Layer> LAYERS =
                Architecture.alike(new RecurrentHighway(1, RecurrentHighway.Carry.COUPLED), UNITS, 1);
        private static final Architecture READER =
                new Architecture(new Architecture.Tokens(WORDS + 1, 8), LAYERS, new Architecture.States());
        private static final Architecture TELLER =
                new Architecture(new Architecture.Values(2 * UNITS), LAYERS, new Architecture.Softmax(WORDS));
        private static final Attention.Shape LOOK = new Attention.Shape(UNITS, UNITS, UNITS);

        final Engine engine = Engine.builder().threads(2).build();
        final Parameters parameters = new Parameters();
        final Gradients gradients;
        final Network encoder;
        final Network decoder;
        final Attention attention;
        final Network teller;

        Reversing() {
            Network.addParameters(parameters.scope("encoder."), READER, 2);
            Network.addParameters(parameters.scope("decoder."), READER, 2);
            Attention.addParameters(parameters.scope("attention."), LOOK, 2);
            Network.addParameters(parameters.scope("teller."), TELLER, 2);
            parameters.allocate();
            gradients = new Gradients(parameters).allocate();
            WindowShape window = WindowShape.of(STEPS, BATCH);
            RandomSource random = new RandomSource(1);
            initialize("encoder.", READER, random);
            initialize("decoder.", READER, random);
            initialize("teller.", TELLER, random);
            for (String name : List.of("query.weight", "key.weight", "score.weight")) {
                float[] values = parameters.values("attention." + name);
                for (int i = 0; i < values.length; i++) {
                    values[i] = random.split(name).uniform(i) - 0.5f;
                }
                parameters.setValues("attention." + name, values);
            }
            encoder = new Network(engine, parameters.scope("encoder."), READER, window, gradients).allocate();
            decoder = new Network(engine, parameters.scope("decoder."), READER, window, gradients).allocate();
            attention =
                    new Attention(engine, parameters.scope("attention."), LOOK, STEPS, window, gradients).allocate();
            teller = new Network(engine, parameters.scope("teller."), TELLER, window, gradients).allocate();
        }

        private void initialize(String scope, Architecture architecture, RandomSource random) {
            Initialization.uniform(parameters.scope(scope), architecture, 0.3, -1, random.split(scope));
        }

        @Override
        public List<TrainedPart> parts() {
            return List.of(encoder, decoder, attention, teller);
        }

        @Override
        public Parameters parameters() {
            return parameters;
        }

        @Override
        public int windows() {
            return 60;
        }

        @Override
        public long itemsPerWindow() {
            return STEPS * BATCH;
        }

        @Override
        public void beginEpoch(int epoch) {}

        @Override
        public double gradients(int epoch, int window, RandomSource random) {
            int[] tokens = new int[STEPS * BATCH];
            int[] lengths = new int[BATCH];
            int[] said = new int[tokens.length];
            int[] targets = new int[tokens.length];
            Arrays.fill(targets, Network.IGNORED);
            for (int b = 0; b < BATCH; b++) {
                lengths[b] = 2 + b % (STEPS - 1);
                for (int t = 0; t < lengths[b]; t++) {
                    tokens[t * BATCH + b] = (int) (random.uniform(t * BATCH + b) * WORDS);
                }
                for (int t = 0; t < lengths[b]; t++) {
                    targets[t * BATCH + b] = tokens[(lengths[b] - 1 - t) * BATCH + b];
                    said[t * BATCH + b] = t == 0 ? WORDS : targets[(t - 1) * BATCH + b];
                }
            }
            encoder.clearStates();
            encoder.forward(Sequences.ofTokens(tokens).withLengths(lengths), Dropout.NONE, random);
            decoder.setStates(encoder.states());
            decoder.forward(Sequences.ofTokens(said), Dropout.NONE, random);
            float[] states = decoder.outputs();
            attention.setKeys(encoder.outputs(), lengths);
            float[] contexts = attention.contexts(states);
            teller.clearStates();
            teller.forward(Sequences.ofValues(beside(states, contexts)), Dropout.NONE, random);

            double loss = teller.backward(targets, null);
            float[] ofBoth = teller.inputGradients();
            float[] ofStates = half(ofBoth, 0);
            float[] ofQueries = attention.backward(half(ofBoth, UNITS));
            for (int i = 0; i < ofStates.length; i++) {
                ofStates[i] += ofQueries[i];
            }
            decoder.backward(ofStates, null);
            encoder.backward(attention.keyGradients(), decoder.initialGradients());
            return loss / STEPS;
        }

        private static float[] beside(float[] left, float[] right) {
            float[] both = new float[2 * left.length];
            for (int row = 0; row < left.length / UNITS; row++) {
                System.arraycopy(left, row * UNITS, both, 2 * row * UNITS, UNITS);
                System.arraycopy(right, row * UNITS, both, (2 * row + 1) * UNITS, UNITS);
            }
            return both;
        }

        private static float[] half(float[] both, int at) {
            float[] half = new float[both.length / 2];
            for (int row = 0; row < half.length / UNITS; row++) {
                System.arraycopy(both, 2 * row * UNITS + at, half, row * UNITS, UNITS);
            }
            return half;
        }

        @Override
        public double validate() {
            parts().forEach(TrainedPart::pack);
            double loss = 0;
            for (int i = 0; i < 5; i++) {
                loss += gradients(0, 0, new RandomSource(100 + i)) / 5;
            }
            parts().forEach(TrainedPart::pack);
            return loss;
        }

        @Override
        public void writeDescription(Path into) {}

        @Override
        public void writeWeights(Path into) {
            ParameterFile.write(into.resolve(ParameterFile.NAME), parameters);
        }

        @Override
        public List<TrainingRecord.Source> sources() {
            return List.of();
        }

        @Override
        public String fingerprint() {
            return "reversing";
        }

        @Override
        public void close() {
            encoder.close();
            decoder.close();
            attention.close();
            teller.close();
            gradients.close();
            parameters.close();
            engine.close();
        }
    }

    private static TrainingRecord run(Path into, boolean resume, int windows) {
        try (Reversing task = new Reversing();
                Optimizer optimizer = new Optimizer(task.engine, task.parameters, SETTINGS).allocate()) {
            TrainingListener stopping = new TrainingListener() {
                private int trained;

                @Override
                public Decision afterWindow(Progress progress) {
                    return ++trained == windows ? Decision.STOP : Decision.CONTINUE;
                }
            };
            TrainingLoop loop = new TrainingLoop(task.engine, task, optimizer, SETTINGS, into, stopping);
            if (resume) {
                loop.resume();
            }
            return loop.train();
        }
    }

    @Test
    void partsLearnTogether_andGoOnFromACheckpointBitForBit() throws Exception {
        Path whole = Files.createDirectory(folder.resolve("whole"));
        Path stopped = Files.createDirectory(folder.resolve("stopped"));

        TrainingRecord record = run(whole, false, Integer.MAX_VALUE);

        assertThat(record.epochs().getFirst().trainingLoss()).isGreaterThan(0.7);
        assertThat(record.epochs().getLast().validationLoss()).isLessThan(0.5); // of 1.25 that guessing takes
        assertThat(run(stopped, false, 70).ended()).isEqualTo(Ended.STOPPED);
        TrainingRecord resumed = run(stopped, true, Integer.MAX_VALUE);
        assertThat(resumed.epochs()).isEqualTo(record.epochs());
        assertThat(Files.readAllBytes(stopped.resolve(ParameterFile.NAME)))
                .isEqualTo(Files.readAllBytes(whole.resolve(ParameterFile.NAME)));
    }

    @Test
    void theNormIsOverAllParts() {
        try (Reversing task = new Reversing();
                Optimizer optimizer = new Optimizer(task.engine, task.parameters, SETTINGS).allocate()) {
            task.gradients(0, 0, new RandomSource(7));
            double sum = 0;
            for (Parameters.Parameter parameter : task.parameters.all()) {
                double own = 0;
                for (float g : task.gradients.values(parameter)) {
                    own += (double) g * g;
                }
                assertThat(own).as(parameter.name()).isPositive();
                sum += own;
            }
            Optimizer.Outcome outcome = optimizer.step(task.parts(), 1e-3);
            assertThat(outcome.gradientNorm()).isCloseTo(Math.sqrt(sum), within(1e-5 * Math.sqrt(sum)));
        }
    }

    @Test
    void partsWithGradientsOfTheirOwn_areRefused() {
        try (Reversing task = new Reversing();
                Network other = new Network(
                        task.engine,
                        task.parameters.scope("encoder."),
                        Reversing.READER,
                        WindowShape.of(STEPS, BATCH),
                        true);
                Optimizer optimizer = new Optimizer(task.engine, task.parameters, SETTINGS).allocate()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> optimizer.step(List.of(task.decoder, other), 1e-3))
                    .withMessage("parts that are trained together write one set of gradients");
            List<LayerState> none = List.of();
            task.attention.setStates(none);
            assertThat(task.attention.states()).isEmpty();
        }
    }
}
