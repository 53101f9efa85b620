package org.rhn4j.pilot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rhn4j.pilot.Comparison.Verdict;
import org.rhn4j.pilot.Decision.Choice;
import org.rhn4j.pilot.Decision.Reason;

/**
 * Makes a recommendation of measurements, by rules that are the same for every data set and for every incumbent, the network
 * that highway networks are held against:
 *
 * <ol>
 *   <li>The depth of the highway network and the better naive forecast are chosen by validation, never by the test part.
 *       Of depths whose validation errors lie within one standard error of the best, the shallowest is taken (Breiman,
 *       Friedman, Olshen and Stone, "Classification and regression trees", 1984).
 *   <li>If neither network gains anything worth having over the naive forecast: the naive forecast is as good.
 *   <li>If neither surely gains over it: too close to call.
 *   <li>If the highway network gains over the incumbent, and over the naive forecast: take it.
 *   <li>If it surely does not, and the incumbent gains over the naive forecast: stay with that.
 *   <li>Otherwise: too close to call.
 * </ol>
 *
 * <p>What "surely" means is in {@link PairedComparison}.
 */
public final class DecisionRules {
    /** Gains below this share of the error are not worth a change. */
    public static final double WORTHWHILE = 0.02;

    /** The outermost quantiles may hold this much less than they should, as a share of all values. */
    private static final double COVERAGE_TOLERANCE = 0.1;
    /** Times of forecasts that differ by less than this factor count as the same. */
    private static final double SAME_TIME = 1.25;

    private final List<Contender> contenders;
    private final List<TestWindow> windows;
    private final double band;
    private final double shareDone;
    private final List<Comparison> comparisons = new ArrayList<>();
    private final List<Reason> reasons = new ArrayList<>();

    private DecisionRules(List<Contender> contenders, List<TestWindow> windows, double band, double shareDone) {
        this.contenders = contenders.stream()
                .filter(contender -> !contender.runs().isEmpty())
                .toList();
        this.windows = windows;
        this.band = band;
        this.shareDone = shareDone;
    }

    /**
     * Decides.
     *
     * @param contenders what took part; at least one naive forecast among them. Those without runs are left out
     * @param windows the test windows
     * @param band the share of true values that should lie within the outermost quantiles
     * @param shareDone share of the planned runs that were done
     * @throws IllegalArgumentException if there is no naive forecast
     */
    public static Decision decide(List<Contender> contenders, List<TestWindow> windows, double band, double shareDone) {
        return new DecisionRules(contenders, windows, band, shareDone).decide();
    }

    private Decision decide() {
        Contender naive = contenders.stream()
                .filter(contender -> !contender.name().learns())
                .min(Comparator.comparingDouble(Contender::validationError))
                .orElseThrow(() -> new IllegalArgumentException("no naive forecast"));
        @Nullable
        Contender incumbent = contenders.stream()
                .filter(contender ->
                        contender.name().learns() && !contender.name().isHighway())
                .findFirst()
                .orElse(null);
        @Nullable Contender rhn = chosenDepth().orElse(null);

        @Nullable Verdict incumbentOverNaive = incumbent == null ? null : compare(incumbent, naive);
        @Nullable Verdict rhnOverNaive = rhn == null ? null : compare(rhn, naive);
        @Nullable Verdict rhnOverIncumbent = incumbent == null || rhn == null ? null : compare(rhn, incumbent);
        Choice choice = choice(incumbentOverNaive, rhnOverNaive, rhnOverIncumbent);
        @Nullable
        Contender taken = switch (choice) {
            case TAKE_RHN -> rhn;
            case STAY -> incumbent;
            case NAIVE_IS_AS_GOOD -> naive;
            case TOO_CLOSE -> null;
        };
        explain(choice, taken, incumbent, rhn);
        return new Decision(
                choice,
                taken == null ? null : taken.name(),
                incumbent == null ? null : incumbent.name(),
                rhn == null ? null : rhn.name(),
                naive.name(),
                comparisons,
                reasons);
    }

    private static Choice choice(
            @Nullable Verdict incumbentOverNaive, @Nullable Verdict rhnOverNaive, @Nullable Verdict rhnOverIncumbent) {
        if (incumbentOverNaive == null || rhnOverNaive == null || rhnOverIncumbent == null) {
            return Choice.TOO_CLOSE;
        }
        if (gainsNothing(incumbentOverNaive) && gainsNothing(rhnOverNaive)) {
            return Choice.NAIVE_IS_AS_GOOD;
        }
        if (rhnOverIncumbent == Verdict.BETTER && rhnOverNaive == Verdict.BETTER) {
            return Choice.TAKE_RHN;
        }
        return gainsNothing(rhnOverIncumbent) && incumbentOverNaive == Verdict.BETTER ? Choice.STAY : Choice.TOO_CLOSE;
    }

    private static boolean gainsNothing(Verdict verdict) {
        return verdict == Verdict.NOTHING_WORTH_HAVING || verdict == Verdict.WORSE;
    }

    /** The shallowest network whose validation error lies within one standard error of the best. */
    private Optional<Contender> chosenDepth() {
        List<Contender> networks = contenders.stream()
                .filter(contender -> contender.name().isHighway())
                .sorted(Comparator.comparingInt(contender -> contender.name().depth()))
                .toList();
        Optional<Contender> best = networks.stream().min(Comparator.comparingDouble(Contender::validationError));
        return best.flatMap(b -> networks.stream()
                .filter(network -> network.validationError() <= b.validationError() + standardError(b))
                .findFirst());
    }

    private static double standardError(Contender contender) {
        int n = contender.runs().size();
        double mean = contender.validationError();
        double squares = contender.runs().stream()
                .mapToDouble(run -> Math.pow(run.validationError() - mean, 2))
                .sum();
        return n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n);
    }

    private Verdict compare(Contender candidate, Contender reference) {
        Comparison comparison = PairedComparison.of(candidate, reference, windows, WORTHWHILE);
        comparisons.add(comparison);
        return comparison.verdict();
    }

    private void explain(
            Choice choice, @Nullable Contender taken, @Nullable Contender incumbent, @Nullable Contender rhn) {
        comparisons.reversed().stream()
                .sorted(Comparator.comparing(comparison -> !isAbout(comparison, choice)))
                .forEach(comparison -> reasons.add(reason(comparison)));
        if (shareDone < 1) {
            reasons.add(new Reason(Reason.Kind.INCOMPLETE, null, null, shareDone, null, null));
        }
        if (contenders.stream().anyMatch(c -> c.name().learns() && c.runs().size() == 1)) {
            reasons.add(new Reason(Reason.Kind.ONE_SEED, null, null, 1, null, null));
        }
        if (windows.stream().mapToInt(TestWindow::block).distinct().count() < 2) {
            reasons.add(new Reason(Reason.Kind.ONE_BLOCK, null, null, 1, null, null));
        }
        if (incumbent != null && rhn != null && incumbent.cost() != null && rhn.cost() != null) {
            // Of medians: a mean tells what else the machine did too.
            double ratio = rhn.cost().p50Milliseconds() / incumbent.cost().p50Milliseconds();
            if (ratio > SAME_TIME || ratio < 1 / SAME_TIME) {
                Reason.Kind kind = ratio > 1 ? Reason.Kind.SLOWER : Reason.Kind.FASTER;
                reasons.add(new Reason(kind, rhn.name(), incumbent.name(), ratio, null, null));
            }
        }
        if (taken != null) {
            double coverage = taken.runs().stream()
                    .mapToDouble(run -> run.accuracy().coverage())
                    .average()
                    .orElseThrow();
            if (coverage < band - COVERAGE_TOLERANCE) {
                reasons.add(new Reason(Reason.Kind.BAND_TOO_NARROW, taken.name(), null, coverage, null, null));
            }
        }
    }

    /** Whether the choice between the two networks, or that between networks and none, is what matters. */
    private static boolean isAbout(Comparison comparison, Choice choice) {
        boolean withNaive = !comparison.reference().learns();
        return withNaive == (choice == Choice.NAIVE_IS_AS_GOOD);
    }

    private static Reason reason(Comparison c) {
        Reason.Kind kind = switch (c.verdict()) {
            case BETTER -> Reason.Kind.BETTER;
            case NOTHING_WORTH_HAVING -> Reason.Kind.NOTHING_WORTH_HAVING;
            case WORSE -> Reason.Kind.WORSE;
            case UNCLEAR ->
                !c.spreadKnown()
                        ? Reason.Kind.UNSURE
                        : c.seedShare() > 0.5 ? Reason.Kind.UNCLEAR_SEEDS : Reason.Kind.UNCLEAR_WINDOWS;
        };
        return new Reason(kind, c.candidate(), c.reference(), c.gain(), c.low(), c.high());
    }
}
