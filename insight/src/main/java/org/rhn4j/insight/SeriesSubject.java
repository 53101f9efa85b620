package org.rhn4j.insight;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.rhn4j.cells.Architecture;
import org.rhn4j.cells.Cell;
import org.rhn4j.cells.Network;
import org.rhn4j.cells.Parameters;
import org.rhn4j.cells.WindowShape;
import org.rhn4j.insight.UnitActivity.Grouping;
import org.rhn4j.numbers.Engine;
import org.rhn4j.numbers.MemoryBudget;
import org.rhn4j.tasks.series.CalendarFeatures;
import org.rhn4j.tasks.series.CalendarFeatures.Cycle;
import org.rhn4j.tasks.series.SeriesExamples;
import org.rhn4j.tasks.series.SeriesExamples.Place;
import org.rhn4j.training.SequenceTask;

/**
 * A network over series, and windows of them, each read from a zero state; of many, some spread over all of them. Place
 * w · T + t is step t of window w.
 */
final class SeriesSubject implements Subject {
    private static final int MOST_LESION_STREAMS = 32;
    /** Groups of equally many values. */
    private static final int VALUE_GROUPS = 8;
    /** Places that tell how values are distributed. */
    private static final int MOST_VALUES = 4096;

    private final SeriesExamples examples;
    private final Architecture architecture;
    private final int steps;
    private final int count;

    SeriesSubject(SeriesExamples examples) {
        this.examples = examples;
        architecture = examples.architecture();
        steps = examples.steps();
        count = Math.min(examples.count(), Integer.MAX_VALUE / steps);
    }

    @Override
    public LossUnit lossUnit() {
        return LossUnit.PER_VALUE;
    }

    @Override
    public Parameters parameters() {
        return examples.parameters();
    }

    @Override
    public Cell cell() {
        return architecture.top().cell();
    }

    @Override
    public int layers() {
        return architecture.layers().size();
    }

    @Override
    public int hiddenSize() {
        return architecture.top().units();
    }

    @Override
    public int inputSize(int layer) {
        return architecture.inputSize(layer);
    }

    @Override
    public RunShape activityShape(ExplainSettings settings, long rows) {
        return shape((int) Math.min(settings.streams(), Math.max(1, rows / steps)), settings.tokens());
    }

    @Override
    public RunShape lesionShape(int wanted) {
        return shape(MOST_LESION_STREAMS, wanted);
    }

    private RunShape shape(int most, int wanted) {
        int streams = Math.min(most, count);
        return new RunShape(steps, streams, Math.clamp(Math.ceilDiv(wanted, streams * steps), 1, count / streams), 0);
    }

    @Override
    public NetworkRun open(Engine engine, RunShape shape) {
        return new Run(engine, shape);
    }

    private Place at(int place) {
        return examples.place(place / steps, place % steps);
    }

    @Override
    public int position(int place) {
        return at(place).row();
    }

    @Override
    public String text(int place) {
        Place at = at(place);
        String time = at.series().time().textAt(at.row());
        return at.series().id().isEmpty() ? time : at.series().id() + " " + time;
    }

    @Override
    public List<String> channels() {
        return examples.channels();
    }

    @Override
    public double value(int place, int channel) {
        return at(place).value(channel);
    }

    @Override
    public List<PlaceGroups> groups() {
        List<PlaceGroups> groups = new ArrayList<>();
        for (int c = 0; c < channels().size(); c++) {
            byValue(groups, c);
        }
        List<Cycle> cycles =
                CalendarFeatures.fitting(at(0).series().time().frequency()).cycles();
        if (cycles.contains(Cycle.HOUR_OF_DAY)) {
            groups.add(byCalendar(
                    Grouping.HOUR,
                    24,
                    0,
                    at -> at.series().time().localAt(at.row()).getHour()));
        }
        if (cycles.contains(Cycle.DAY_OF_WEEK)) {
            groups.add(byCalendar(
                    Grouping.WEEKDAY,
                    7,
                    1,
                    at -> at.series().time().localAt(at.row()).getDayOfWeek().getValue() - 1));
        }
        if (cycles.contains(Cycle.DAY_OF_YEAR) || cycles.contains(Cycle.MONTH_OF_YEAR)) {
            groups.add(byCalendar(
                    Grouping.MONTH,
                    12,
                    1,
                    at -> at.series().time().localAt(at.row()).getMonthValue() - 1));
        }
        return groups;
    }

    private PlaceGroups byCalendar(Grouping by, int size, int first, ToIntFunction<Place> group) {
        return new PlaceGroups(by, "", size, place -> group.applyAsInt(at(place)), g -> Integer.toString(g + first));
    }

    /** Groups between quantiles; equal values stay together, so that there may be fewer. */
    private void byValue(List<PlaceGroups> groups, int channel) {
        long places = (long) count * steps;
        int looked = (int) Math.min(places, MOST_VALUES);
        double[] values = new double[looked];
        for (int i = 0; i < looked; i++) {
            values[i] = value((int) (places * i / looked), channel);
        }
        double[] sorted =
                Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
        if (sorted.length == 0) {
            return;
        }
        double[] edges = new double[VALUE_GROUPS - 1];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = Statistics.quantile(sorted, (i + 1.0) / VALUE_GROUPS);
        }
        double[] distinct = Arrays.stream(edges).distinct().toArray();
        groups.add(new PlaceGroups(
                Grouping.VALUE,
                channels().get(channel),
                distinct.length + 1,
                place -> {
                    double value = value(place, channel);
                    int group = 0;
                    while (group < distinct.length && value > distinct[group]) {
                        group++;
                    }
                    return Double.isNaN(value) ? -1 : group;
                },
                group -> group == 0
                        ? "≤ " + number(distinct[0])
                        : group == distinct.length
                                ? "> " + number(distinct[group - 1])
                                : number(distinct[group - 1]) + " … " + number(distinct[group])));
    }

    private static String number(double value) {
        return new BigDecimal(value)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }

    private final class Run implements NetworkRun {
        private final RunShape shape;
        private final Network network;
        private final int outputSteps = examples.outputSteps();
        private final int outputSize = architecture.outputSize();
        private MatrixProducts.@Nullable Stored weight;
        private MatrixProducts.@Nullable Stored directWeight;

        Run(Engine engine, RunShape shape) {
            this.shape = shape;
            network = new Network(
                    engine,
                    parameters(),
                    architecture,
                    WindowShape.of(steps, shape.streams()).withOutputSteps(outputSteps),
                    false);
            try {
                MemoryBudget.require(network.plannedBytes(), "Explaining this model", "close other programs");
                network.allocate();
            } catch (RuntimeException | Error e) {
                network.close();
                throw e;
            }
        }

        @Override
        public Network network() {
            return network;
        }

        /** Losses are such that their mean is the mean loss of the windows. */
        @Override
        public Result window(int number) {
            int streams = shape.streams();
            int[] windows = new int[streams];
            for (int b = 0; b < streams; b++) {
                long place = (long) b * shape.windows() + number;
                windows[b] = (int) (place * count / ((long) streams * shape.windows()));
            }
            SequenceTask.Batch batch = examples.batch(windows);
            float[] outputs = new float[outputSteps * streams * outputSize];
            network.clearStates();
            network.outputs(batch.sequences(), outputs);
            int[] places = new int[steps * streams];
            float[] losses = new float[steps * streams];
            float[] row = new float[outputSize];
            float[] gradient = new float[outputSize];
            Arrays.setAll(places, i -> windows[i % streams] * steps + i / streams);
            Arrays.fill(losses, Float.NaN);
            int early = (steps - outputSteps) * streams;
            for (int i = 0; i < outputSteps * streams; i++) {
                System.arraycopy(outputs, i * outputSize, row, 0, outputSize);
                double loss = batch.loss().apply(i, row, gradient) * outputSteps * streams;
                losses[early + i] = isZero(gradient) ? Float.NaN : (float) loss;
            }
            return new Result(places, losses, true, (products, top, rows) -> gradients(products, top, rows, batch));
        }

        private float[] gradients(MatrixProducts products, LayerTrace top, int[] rows, SequenceTask.Batch batch) {
            MatrixProducts.Stored matrix = weight;
            if (matrix == null) {
                matrix = products.store(
                        parameters().values(Architecture.OUTPUT_WEIGHT),
                        outputSize,
                        architecture.top().units());
                weight = matrix;
            }
            int n = rows.length;
            float[] states = top.statesAfter(rows);
            float[] outputs = new float[n * outputSize];
            products.timesTransposed(states, n, matrix, outputs);
            int early = (steps - outputSteps) * shape.streams();
            addDirect(products, rows, batch, outputs, early);
            float[] bias = parameters().values(Architecture.OUTPUT_BIAS);
            products.rows(n, (from, to) -> {
                float[] values = new float[outputSize];
                float[] gradient = new float[outputSize];
                for (int i = from; i < to; i++) {
                    for (int o = 0; o < outputSize; o++) {
                        values[o] = outputs[i * outputSize + o] + bias[o];
                    }
                    Arrays.fill(gradient, 0);
                    if (rows[i] >= early) {
                        batch.loss().apply(rows[i] - early, values, gradient);
                    }
                    for (int o = 0; o < outputSize; o++) {
                        outputs[i * outputSize + o] = gradient[o] * outputSteps * shape.streams();
                    }
                }
            });
            products.times(outputs, n, matrix, states);
            return states;
        }

        /** What reaches the outputs beside the layers; the loss's slope depends on it. */
        private void addDirect(
                MatrixProducts products, int[] rows, SequenceTask.Batch batch, float[] outputs, int early) {
            float[] given = batch.direct();
            int size = architecture.directSize();
            if (given == null || size == 0) {
                return;
            }
            MatrixProducts.Stored matrix = directWeight;
            if (matrix == null) {
                matrix = products.store(parameters().values(Architecture.DIRECT_WEIGHT), outputSize, size);
                directWeight = matrix;
            }
            float[] chosen = new float[rows.length * size];
            for (int i = 0; i < rows.length; i++) {
                if (rows[i] >= early) {
                    System.arraycopy(given, (rows[i] - early) * size, chosen, i * size, size);
                }
            }
            float[] added = new float[outputs.length];
            products.timesTransposed(chosen, rows.length, matrix, added);
            for (int i = 0; i < added.length; i++) {
                outputs[i] += added[i];
            }
        }

        @Override
        public void close() {
            network.close();
        }
    }

    /** A loss without a slope is one of a row where nothing was observed. */
    private static boolean isZero(float[] gradient) {
        for (float value : gradient) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }
}
