package org.rhn4j.pilot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.rhn4j.tasks.series.Frequency;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesSet;
import org.rhn4j.tasks.series.TimeSplit;

/** What a report tells of the data that a pilot ran on. */
final class PilotFacts {
    private static final long SECOND = 1_000_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    private PilotFacts() {}

    /** The data and its parts. */
    static PilotData data(PilotTask task, String name, int horizon) {
        SeriesSet set = task.set();
        int longest = 0;
        long rows = 0;
        long missing = 0;
        Series first = set.series().getFirst();
        Series last = first;
        for (int i = 0; i < set.series().size(); i++) {
            Series series = set.series().get(i);
            rows += series.observedLength();
            for (int row = 0; row < series.observedLength(); row++) {
                missing += Double.isNaN(series.targets()[0][row]) ? 1 : 0;
            }
            first = series.time().start() < first.time().start() ? series : first;
            last = end(series) > end(last) ? series : last;
            longest = task.parts().get(i).trainEnd() > task.parts().get(longest).trainEnd() ? i : longest;
        }
        // All series are cut at the same moments; the one with the longest training part has rows at both.
        Series cut = set.series().get(longest);
        TimeSplit.Parts parts = task.parts().get(longest);
        Frequency frequency = set.frequency();
        PilotData.StepUnit unit = unit(frequency);
        List<String> found = new ArrayList<>(set.report().found());
        found.addAll(set.report().warnings());
        return new PilotData(
                name,
                String.join(", ", set.schema().targets()),
                found,
                set.series().size(),
                rows,
                missing,
                first.time().textAt(0),
                last.time().textAt(last.observedLength() - 1L),
                unit,
                step(frequency, unit),
                task.season(),
                horizon,
                task.context(),
                cut.time().textAt(parts.trainEnd()),
                cut.time().textAt(parts.validationEnd()));
    }

    private static long end(Series series) {
        return series.time().stampAt(series.observedLength() - 1L);
    }

    private static PilotData.StepUnit unit(Frequency frequency) {
        long count = frequency.count();
        return switch (frequency.unit()) {
            case STEP -> PilotData.StepUnit.ROW;
            case DAY -> PilotData.StepUnit.DAY;
            case BUSINESS_DAY -> PilotData.StepUnit.BUSINESS_DAY;
            case MONTH, MONTH_END, BUSINESS_MONTH_END -> PilotData.StepUnit.MONTH;
            case MICROSECOND ->
                count % HOUR == 0
                        ? PilotData.StepUnit.HOUR
                        : count % MINUTE == 0 ? PilotData.StepUnit.MINUTE : PilotData.StepUnit.SECOND;
        };
    }

    private static double step(Frequency frequency, PilotData.StepUnit unit) {
        double length = switch (unit) {
            case HOUR -> HOUR;
            case MINUTE -> MINUTE;
            case SECOND -> SECOND;
            default -> 1;
        };
        return frequency.count() / length;
    }

    /**
     * What the data holds that a forecast cannot foresee.
     *
     * @param most series to tell of, for each kind of finding: those where it is largest
     */
    static List<Instability> shifts(SeriesSet set, int season, int most) {
        List<Instability> all = new ArrayList<>();
        for (Series series : set.series()) {
            Series seen = series.slice(0, series.observedLength());
            List<Instability> own = DataShifts.of(seen.targets()[0], seen.time(), season);
            own.forEach(found -> all.add(set.series().size() > 1 ? found.in(series.id()) : found));
        }
        List<Instability> told = new ArrayList<>();
        for (Instability.Kind kind : List.of(Instability.Kind.SHOCK, Instability.Kind.LEVEL_SHIFT)) {
            all.stream()
                    .filter(found -> found.kind() == kind)
                    .sorted(Comparator.comparingDouble((Instability found) -> -Math.abs(found.value())))
                    .limit(most)
                    .forEach(told::add);
        }
        return told;
    }
}
