package org.rhn4j.tasks.forecast;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.rhn4j.UserError;
import org.rhn4j.cells.RecurrentStack;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.AtomicFiles;
import org.rhn4j.store.FileProblems;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;
import org.rhn4j.training.EpochMetrics;
import org.rhn4j.training.HealthWarning;
import org.rhn4j.training.SettingsSearch;
import org.rhn4j.training.SettingsSearch.Candidate;
import org.rhn4j.training.SettingsSearch.Setting;
import org.rhn4j.training.TrainingListener;
import org.rhn4j.training.TrainingLoop;
import org.rhn4j.training.TrainingRecord;
import org.rhn4j.training.TrainingSettings;

/**
 * Trains forecasters with several settings, as {@link SettingsSearch} asks, and keeps the one whose validation loss is
 * lowest. Test rows are not touched. The folder holds the best model so far at any time after the first trial, with all
 * trials beside it in {@link #FILE}.
 */
public final class ForecastSearch {
    /** What was tried, in a model folder. */
    public static final String FILE = "search.json";

    /** Updates of the longest trainings that are tried, unless told otherwise. */
    public static final int MOST_UPDATES = 12_000;

    /** The data. */
    public record Data(SeriesSet set, List<TimeSplit.Parts> parts, List<TrainingRecord.Source> sources) {}

    /**
     * One training.
     *
     * @param number from 1
     * @param epochs that it was given
     * @param parameters trainable numbers
     * @param validationLoss of its best epoch
     * @param broken whether hardly any unit reacted to its weights any more; such a trial is kept only while no other is
     * @param best whether it was the best so far
     */
    public record Trial(
            int number,
            double learningRate,
            int epochs,
            int depth,
            double transformBias,
            long parameters,
            double validationLoss,
            double seconds,
            boolean broken,
            boolean best) {}

    /** The content of {@link #FILE}. */
    record Trials(List<Trial> trials) {}

    /** Hears how the search goes. */
    public interface Listener {
        /** A trial begins; what is returned hears how it goes, and may stop it and with it the search. */
        TrainingListener begins(int number, Candidate candidate, int epochs);

        /** A trial has ended. */
        void ended(Trial trial);
    }

    private final Engine engine;
    private final Data data;
    private final ForecastConfiguration configuration;
    private final TrainingSettings settings;
    private final int mostUpdates;
    private final Path work;
    private final Path folder;
    private final Listener listener;
    private final int updatesPerEpoch;
    private final List<Trial> trials = new ArrayList<>();
    private double bestLoss = Double.POSITIVE_INFINITY;
    private boolean keptIsBroken = true;
    private boolean stopped;

    /**
     * A search that has not begun.
     *
     * @param configuration made for the set; its depth is where the search starts
     * @param settings where rate and gates' bias start; epochs are not looked at; minutes bound the whole search
     * @param mostUpdates updates of the longest training that is tried
     * @param work where trials are trained; the caller deletes it
     * @param folder where the best model goes
     * @throws UserError if there is no window to train on, or the folder cannot be written
     */
    public ForecastSearch(
            Engine engine,
            Data data,
            ForecastConfiguration configuration,
            TrainingSettings settings,
            int mostUpdates,
            Path work,
            Path folder,
            Listener listener) {
        AtomicFiles.requireWritableFolder(folder);
        this.engine = engine;
        this.data = data;
        this.configuration = configuration;
        this.settings = settings;
        this.mostUpdates = mostUpdates;
        this.work = work;
        this.folder = folder;
        this.listener = listener;
        long windows = new TrainingWindows(configuration, data.set, data.parts).count();
        updatesPerEpoch = ForecastTrainer.updates(windows, settings.batch());
    }

    /**
     * Searches.
     *
     * @param free what may change; not the depth of a cell that is not {@link org.rhn4j.cells.CellKind#isDeep deep}
     * @return the trials, in their order
     * @throws UserError if memory is short, a file cannot be written, or a loss stays infinite
     */
    public List<Trial> run(Set<Setting> free) {
        RecurrentStack stack = configuration.network();
        if (!stack.cell().isDeep() && free.contains(Setting.DEPTH)) {
            throw new IllegalArgumentException("a layer of " + stack.cell().title() + " has depth 1");
        }
        long start = System.nanoTime();
        Candidate first = new Candidate(settings.learningRate(), mostUpdates, stack.depth(), settings.transformBias());
        new SettingsSearch(first, free, candidate -> loss(candidate, (System.nanoTime() - start) * 1e-9 / 60)).run();
        return List.copyOf(trials);
    }

    /** Whether the listener ended the search. */
    public boolean isStopped() {
        return stopped;
    }

    private double loss(Candidate candidate, double minutesGone) {
        boolean isBounded = settings.minutes() > 0;
        double left = isBounded ? settings.minutes() - minutesGone : 0;
        if (isBounded && left <= 0) {
            return Double.NaN;
        }
        int number = trials.size() + 1;
        int epochs = Math.max(1, Math.round((float) candidate.updates() / updatesPerEpoch));
        TrainingSettings own = settings.toBuilder()
                .learningRate(candidate.rate())
                .transformBias(candidate.bias())
                .epochs(epochs)
                .minutes(left)
                .build();
        RecurrentStack stack = configuration.network();
        ForecastConfiguration sized = configuration.withNetwork(
                new RecurrentStack(stack.cell(), stack.hiddenSize(), candidate.depth(), stack.layers()));
        Path place = work.resolve("trial-" + number);
        TrainingRecord record;
        Saturation saturation = new Saturation(listener.begins(number, candidate, epochs));
        try (ForecastTrainer trainer =
                new ForecastTrainer(engine, data.set, data.parts, data.sources, sized, own, place, saturation)) {
            record = trainer.train();
        }
        if (record.ended() == TrainingRecord.Ended.STOPPED) {
            stopped = true;
            return Double.NaN;
        }
        boolean broken = saturation.seen;
        boolean best = broken == keptIsBroken ? record.validationLoss() < bestLoss : keptIsBroken;
        Trial trial = new Trial(
                number,
                candidate.rate(),
                epochs,
                candidate.depth(),
                candidate.bias(),
                record.parameters(),
                record.validationLoss(),
                record.timing().seconds(),
                broken,
                best);
        trials.add(trial);
        if (best) {
            bestLoss = record.validationLoss();
            keptIsBroken = broken;
            keep(place);
        }
        Json.write(folder.resolve(FILE), new Trials(trials));
        listener.ended(trial);
        return broken ? Double.POSITIVE_INFINITY : record.validationLoss();
    }

    /** Passes on what it hears, and notes whether hardly any unit reacted any more. */
    private static final class Saturation implements TrainingListener {
        private final TrainingListener next;
        private boolean seen;

        Saturation(TrainingListener next) {
            this.next = next;
        }

        @Override
        public Decision afterWindow(Progress progress) {
            return next.afterWindow(progress);
        }

        @Override
        public void afterEpoch(EpochMetrics metrics) {
            next.afterEpoch(metrics);
        }

        @Override
        public void note(String sentence) {
            next.note(sentence);
        }

        @Override
        public void warning(HealthWarning warning) {
            seen |= warning.kind() == HealthWarning.Kind.SATURATED;
            next.warning(warning);
        }
    }

    private void keep(Path place) {
        for (String name : ForecastTrainer.FILES) {
            Path file = place.resolve(name);
            if (Files.exists(file) && !name.equals(TrainingLoop.CHECKPOINT_FILE)) {
                try {
                    AtomicFiles.writeBytes(folder.resolve(name), Files.readAllBytes(file));
                } catch (IOException e) {
                    throw FileProblems.cannotRead(file, e);
                }
            }
        }
    }
}
