package org.rhn4j.app.insight;

import java.util.Comparator;
import java.util.Formatter;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rhn4j.app.console.Formats;
import org.rhn4j.app.pages.ReportLanguage;
import org.rhn4j.insight.Finding;
import org.rhn4j.insight.GateSummary;
import org.rhn4j.insight.LayerExplanation;
import org.rhn4j.insight.LesionEffect;
import org.rhn4j.insight.LossUnit;
import org.rhn4j.insight.LyapunovExponents;
import org.rhn4j.insight.MicroLayerStability;
import org.rhn4j.insight.ModelExplanation;
import org.rhn4j.insight.UnitActivity;

/** What was found out about a model, in words and tables for a terminal. */
final class ExplanationText {
    private static final int MOST_PROFILES = 3;
    private static final int MOST_OPENINGS = 6;

    private final StringBuilder text = new StringBuilder();
    private final Formatter out = new Formatter(text, Locale.ROOT);

    private ExplanationText() {}

    static String of(ModelExplanation explanation) {
        ExplanationText page = new ExplanationText();
        page.write(explanation);
        return page.text.toString();
    }

    private void write(ModelExplanation e) {
        boolean text = e.lossUnit() == LossUnit.NATS_PER_TOKEN;
        out.format(
                "measured on %,d %s (loss %s) in %s%n",
                e.tokens(),
                text ? "tokens" : "rows",
                Formats.loss(e.loss()) + (text ? " nats" : " per value"),
                Formats.duration(e.seconds()));
        out.format("%nWhat stands out%n");
        if (e.findings().isEmpty()) {
            out.format("  nothing%n");
        }
        for (Finding finding : e.findings()) {
            out.format("  %-8s%s%n", word(finding.severity()), sentence(finding, e.lossUnit()));
        }
        for (LayerExplanation layer : e.layers()) {
            out.format("%nLayer %d%n", layer.layer());
            stability(layer);
            gates(layer);
            lesions(layer, text ? "nats a token" : "per value");
            units(layer);
        }
    }

    private void stability(LayerExplanation layer) {
        layer.meanSpectralRadius()
                .ifPresent(radius -> out.format("  spectral radius of a step        %8.3f  (mean)%n", radius));
        out.format("  largest singular value of a step %8.3f  (mean)%n", layer.meanLargestSingularValue());
        LyapunovExponents lyapunov = layer.lyapunov();
        out.format("  largest Lyapunov exponent        %8.3f  nats a step%n", lyapunov.largest());
        if (lyapunov.halfLife() != null) {
            out.format("  half-life of a perturbation      %8.1f  steps%n", lyapunov.halfLife());
        }
        if (layer.reach().halfLife() != null) {
            out.format(
                    "  half-life of a gradient          %8.1f  steps%n",
                    layer.reach().halfLife());
        }
        out.format("%n  micro-layer  discs reach to  largest singular value%n");
        for (MicroLayerStability micro : layer.microLayers()) {
            out.format("  %11d  %14.3f  %22.3f%n", micro.microLayer(), micro.bound(), micro.largestSingularValue());
        }
    }

    private void gates(LayerExplanation layer) {
        if (layer.gates().gates().isEmpty()) {
            return;
        }
        out.format("%n  gate       micro-layer  mean   deviation  units always open  always shut%n");
        for (GateSummary gate : layer.gates().gates()) {
            out.format(
                    "  %-9s  %11d  %5.3f  %9.3f  %17d  %11d%n",
                    gate.gate(),
                    gate.microLayer(),
                    gate.mean(),
                    gate.standardDeviation(),
                    gate.alwaysOpen().length,
                    gate.alwaysShut().length);
        }
    }

    private void lesions(LayerExplanation layer, String unit) {
        boolean headed = false;
        for (LesionEffect lesion : layer.lesions()) {
            if (lesion.units() != null) {
                continue;
            }
            if (!headed) {
                out.format("%n  lesion           micro-layer  change of the loss, %s%n", unit);
                headed = true;
            }
            out.format(
                    "  %-15s  %11s  %+.4f ± %.4f%n",
                    lesion.kind().replace('-', ' '),
                    lesion.microLayer() == null ? "all" : lesion.microLayer().toString(),
                    lesion.change(),
                    lesion.standardError());
        }
    }

    private void units(LayerExplanation layer) {
        boolean headed = false;
        for (UnitActivity unit : layer.gates().units()) {
            if (!headed) {
                out.format("%n  unit  micro-layer  mean   memory, steps  open widest at%n");
                headed = true;
            }
            Double memory = unit.timeConstant();
            out.format(
                    "  %4d  %11d  %5.3f  %13s  %s%n",
                    unit.unit(),
                    unit.microLayer(),
                    unit.mean(),
                    memory == null ? "-" : String.format(Locale.ROOT, "%.1f", memory),
                    openings(unit));
        }
    }

    /** The tokens that open a gate most; of series, the groups of those values and cycles of the calendar that tell most of it. */
    private static String openings(UnitActivity unit) {
        return unit.profiles().stream()
                .limit(MOST_PROFILES)
                .map(profile -> profile.by() == UnitActivity.Grouping.TOKEN
                        ? profile.openings().stream()
                                .limit(MOST_OPENINGS)
                                .map(opening -> opening.text().isBlank() ? "␣" : opening.text())
                                .collect(Collectors.joining(" "))
                        : (profile.channel().isEmpty() ? word(profile.by()) : profile.channel())
                                + " "
                                + profile.openings().stream()
                                        .max(Comparator.comparingDouble(UnitActivity.Opening::mean))
                                        .map(UnitActivity.Opening::text)
                                        .orElse("?"))
                .collect(Collectors.joining(", "));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String sentence(Finding finding, LossUnit unit) {
        FindingSentences sentences = FindingSentences.of(ReportLanguage.EN).in(unit);
        return Stream.of(sentences.sentence(finding), sentences.units(finding), sentences.action(finding))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
    }
}
