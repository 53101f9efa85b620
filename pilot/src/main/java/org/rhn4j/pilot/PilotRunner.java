package org.rhn4j.pilot;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rhn4j.UserError;
import org.rhn4j.Version;
import org.rhn4j.numbers.Engine;
import org.rhn4j.pilot.PilotListener.Run;
import org.rhn4j.pilot.PilotTrainings.Trained;
import org.rhn4j.tasks.series.SeriesSet;

/**
 * Runs a pilot: naive forecasts, an incumbent such as an LSTM and highway networks of several depths on one data set, at equal parameters and
 * equal training time, several seeds of each; then what a forecast costs, how far back the data reaches, and what made
 * training unstable. All of it within the time of {@link PilotSettings#minutes}.
 *
 * <p>Sizes, parts, windows, seeds and naive forecasts are the same each time. Trainings end by the clock, so that what
 * they come to is not, to the last bit.
 */
public final class PilotRunner {
    private static final double SEED_SPREAD = 0.1;
    private static final double BUSY = 1.3;
    /** Series whose data is told of, at most, of each kind of finding. */
    private static final int TOLD_SERIES = 3;

    private final SeriesSet set;
    private final String name;
    private final PilotSettings settings;
    private final PilotTask task;
    private final Path work;
    private final CostMeter costs;
    private final PilotProgress progress;
    private final Map<Run, Trained> trained = new LinkedHashMap<>();
    private double secondsPerRun;

    private PilotRunner(PilotTask task, String name, PilotSettings settings, PilotListener listener, Path work) {
        this.task = task;
        this.set = task.set();
        this.name = name;
        this.settings = settings;
        this.work = work;
        progress = new PilotProgress(settings, listener);
        costs = new CostMeter(task, settings, progress::isStopped);
    }

    /**
     * Runs a pilot.
     *
     * @param set the data, each series with one target
     * @param name of the data, for the report
     * @return what was measured; where the listener stopped it, what had been measured by then
     * @throws UserError if the data is too short for the horizon, the time too short for the trainings, or a training
     *     fails
     */
    public static PilotResult run(SeriesSet set, String name, PilotSettings settings, PilotListener listener) {
        PilotSchedule.requireTime(settings);
        PilotTask task = new PilotTask(set, settings);
        try (WorkFolder work = WorkFolder.make(task.largestModelBytes() * (settings.runs() + 5L))) {
            return new PilotRunner(task, name, settings, listener, work.path()).run();
        }
    }

    private PilotResult run() {
        List<Run> runs = PilotSchedule.runs(settings);
        PilotTrainings trainings = new PilotTrainings(task, settings, work, progress::isStopped);
        progress.begin(PilotListener.Stage.WARM_UP, runs.size());
        trainings.warmUp(PilotSchedule.warmUpSeconds(settings), progress);
        if (!progress.isStopped()) {
            PilotSchedule schedule = PilotSchedule.of(settings, progress.secondsSpent(), trainings.evaluationSeconds());
            secondsPerRun = schedule.secondsPerRun();
            progress.plan(schedule.secondsInAll());
            progress.begin(PilotListener.Stage.TRAINING, runs.size());
            trainings.train(runs, secondsPerRun, progress).forEach(each -> trained.put(each.run(), each));
        }
        double shareDone = trained.size() / (double) runs.size();
        measureCosts();
        List<Contender> contenders = contenders();
        List<TestWindow> windows = task.testWindows().stream()
                .map(window -> window.named(set.series()))
                .toList();
        Decision decision = DecisionRules.decide(contenders, windows, band(), shareDone);
        List<PastReach> reach = reach(decision, contenders);
        boolean complete = shareDone == 1 && !progress.isStopped();
        return new PilotResult(
                "rhn4j " + Version.number(),
                complete,
                PilotFacts.data(task, name, settings.horizon()),
                conditions(),
                band(),
                contenders,
                windows,
                drawn(decision),
                reach,
                instabilities(contenders),
                decision);
    }

    private static double band() {
        return PilotTask.QUANTILES.getLast() - PilotTask.QUANTILES.getFirst();
    }

    private void measureCosts() {
        progress.begin(PilotListener.Stage.TIMING, settings.runs());
        Map<ContenderName, Path> first = new LinkedHashMap<>();
        trained.forEach((run, each) -> first.putIfAbsent(run.name(), each.folder()));
        if (!progress.isStopped() && !first.isEmpty()) {
            costs.measure(first, PilotSchedule.TIMING * 60 * settings.minutes(), progress::tell);
        }
    }

    private List<Contender> contenders() {
        Map<ContenderName, Cost> measured = costs.costs();
        List<Contender> contenders = new ArrayList<>();
        task.naive().forEach((naive, method) -> {
            PilotTask.Judged judged = task.judge(method);
            SeedRun run =
                    new SeedRun(0, judged.validationError(), judged.accuracy(), judged.windowErrors(), 0, 0, List.of());
            contenders.add(new Contender(naive, 0, 0, List.of(run), measured.get(naive)));
        });
        for (ContenderName network : PilotSchedule.networks(settings)) {
            List<SeedRun> runs =
                    ofNetwork(network).stream().map(Trained::result).toList();
            contenders.add(new Contender(
                    network,
                    task.network(network).network().hiddenSize(),
                    task.network(network).parameterCount(),
                    runs,
                    measured.get(network)));
        }
        return contenders;
    }

    private List<Trained> ofNetwork(ContenderName network) {
        return trained.values().stream()
                .filter(each -> each.run().name().equals(network))
                .toList();
    }

    /** Of the incumbent and of the highway network whose depth was chosen. */
    private List<PastReach> reach(Decision decision, List<Contender> contenders) {
        progress.begin(PilotListener.Stage.REACH, settings.runs());
        PastReachMeter meter = new PastReachMeter(task, progress::isStopped);
        double seconds = PilotSchedule.REACH * 60 * settings.minutes() / 2;
        List<PastReach> reach = new ArrayList<>();
        for (Contender contender : contenders) {
            boolean asked = contender.name().equals(decision.incumbent())
                    || contender.name().equals(decision.rhn());
            @Nullable Cost cost = contender.cost();
            if (asked && cost != null && !progress.isStopped()) {
                List<Path> models = ofNetwork(contender.name()).stream()
                        .map(Trained::folder)
                        .toList();
                Optional<PastReach> measured =
                        meter.measure(contender.name(), models, cost.meanMilliseconds() / 1000, seconds);
                measured.ifPresent(reach::add);
                progress.tell();
            }
        }
        return reach;
    }

    private List<DrawnForecast> drawn(Decision decision) {
        Map<ContenderName, Path> models = new LinkedHashMap<>();
        trained.forEach((run, each) -> {
            if (run.name().equals(decision.incumbent()) || run.name().equals(decision.rhn())) {
                models.putIfAbsent(run.name(), each.folder());
            }
        });
        return PilotDrawing.of(task, settings, decision.naive(), models);
    }

    private PilotConditions conditions() {
        String engineName;
        try (Engine engine = PilotTrainings.engine()) {
            engineName = engine.description();
        }
        return new PilotConditions(
                LocalDateTime.now(java.time.ZoneId.systemDefault())
                        .format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT)),
                engineName,
                Machine.processor(),
                Math.min(settings.sideBySide(), Runtime.getRuntime().availableProcessors()),
                settings.sideBySide(),
                System.getProperty("java.vm.version", "?"),
                Machine.system(),
                secondsPerRun,
                progress.secondsSpent(),
                costs.watts(),
                costs.source(),
                settings.pricePerHour(),
                settings.currency(),
                Machine.residentBytes());
    }

    private List<Instability> instabilities(List<Contender> contenders) {
        List<Instability> found = new ArrayList<>(PilotFacts.shifts(set, task.season(), TOLD_SERIES));
        trained.values().forEach(each -> found.addAll(each.instabilities()));
        List<Instability> busy = new ArrayList<>();
        for (Contender contender : contenders) {
            if (contender.runs().size() > 1) {
                double[] errors =
                        contender.runs().stream().mapToDouble(SeedRun::error).toArray();
                double[] updates =
                        contender.runs().stream().mapToDouble(SeedRun::updates).toArray();
                double spread = (largest(errors) - smallest(errors)) / contender.error();
                double unequal = largest(updates) / Math.max(1, smallest(updates));
                if (spread > SEED_SPREAD) {
                    found.add(new Instability(
                            Instability.Kind.SEED_SPREAD, contender.name(), null, null, spread, SEED_SPREAD, 1));
                }
                if (unequal > BUSY) {
                    busy.add(new Instability(
                            Instability.Kind.BUSY_MACHINE, contender.name(), null, null, unequal, BUSY, 1));
                }
            }
        }
        // One machine was busy, however many contenders felt it: the one that felt it most tells.
        busy.stream().max(Comparator.comparingDouble(Instability::value)).ifPresent(found::add);
        return found;
    }

    private static double largest(double[] values) {
        return java.util.Arrays.stream(values).max().orElseThrow();
    }

    private static double smallest(double[] values) {
        return java.util.Arrays.stream(values).min().orElseThrow();
    }
}
