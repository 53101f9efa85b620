package org.rhn4j.app.options;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.rhn4j.app.console.Choices;
import org.rhn4j.app.console.Formats;
import org.rhn4j.cells.Dropout;
import org.rhn4j.tasks.text.LanguageModelTrainer;
import org.rhn4j.training.Optimizer;
import org.rhn4j.training.Schedule;
import org.rhn4j.training.TrainingSettings;
import picocli.CommandLine.ITypeConverter;

/** Named sets of values for the options of training; an option that is given counts more than a preset. */
public final class Presets {
    /** What is taken unless another is asked for. */
    public static final Preset QUICK = new Preset(
            "quick",
            "a small network, in minutes on two cores",
            LanguageModelTrainer.NETWORK.depth(),
            LanguageModelTrainer.NETWORK.hiddenSize(),
            LanguageModelTrainer.settings());

    /** Penn Treebank by word as published (Zilly et al., 2017), with the values of the authors' code. */
    public static final Preset PAPER_PTB = new Preset(
            "paper-ptb",
            "the published network for the Penn Treebank, in days",
            10,
            830,
            TrainingSettings.builder()
                    .batch(20)
                    .window(35)
                    .epochs(500)
                    .optimizer(Optimizer.Kind.SGD)
                    .learningRate(0.2)
                    .schedule(Schedule.decay(20, 1.02))
                    .clip(10)
                    .l2(1e-7)
                    .weightDecay(0)
                    .dropout(new Dropout(0.25, 0.75, 0.25, 0.75, 0))
                    .initialRange(0.04)
                    .transformBias(-2)
                    .build());

    /**
     * The same network in two hours on two cores with bf16 products in hardware: 40 to 60 epochs. The settings did best on validation
     * data among six that were trained for 41 epochs (docs/results.md).
     */
    public static final Preset PTB = new Preset(
            "ptb",
            "the published network for the Penn Treebank, in two hours",
            10,
            830,
            TrainingSettings.builder()
                    .batch(128)
                    .window(35)
                    .epochs(100)
                    .minutes(120)
                    .optimizer(Optimizer.Kind.ADAMW)
                    .learningRate(1.5e-3)
                    .weightDecay(5e-2)
                    .schedule(Schedule.cosine(0.05, 0.01))
                    .clip(5)
                    .average(0.999)
                    .dropout(new Dropout(0.15, 0.6, 0.25, 0.6, 0))
                    .stateReset(0.01)
                    .build());

    /**
     * The same network in the same time on two cores that multiply f32 alone: some five epochs. So batches and windows are smaller, for
     * more updates, and dropout is weaker, for what is seen five times can hardly be learnt by heart.
     */
    public static final Preset PTB_SHORT = new Preset(
            "ptb-short",
            "the same, where five epochs are all that two hours give",
            10,
            830,
            PTB.settings().toBuilder()
                    .batch(32)
                    .window(25)
                    .epochs(20)
                    .learningRate(1.2e-3)
                    .schedule(Schedule.cosine(0.08, 0.01))
                    .dropout(new Dropout(0.05, 0.4, 0.15, 0.4, 0))
                    .build());

    /** All presets by name. */
    static final SequencedMap<String, Preset> ALL = byName(QUICK, PTB, PTB_SHORT, PAPER_PTB);

    /** What a schedule takes where a preset has the other kind: the authors' decay, and the usual cosine. */
    static final Schedule USUAL_DECAY = PAPER_PTB.settings().schedule();

    static final Schedule USUAL_COSINE = QUICK.settings().schedule();

    private Presets() {}

    /** Reads the name of a preset. */
    public static final class ByName implements ITypeConverter<Preset> {
        @Override
        public Preset convert(String text) {
            String name = Choices.known(text, List.copyOf(ALL.keySet()));
            return ALL.values().stream()
                    .filter(preset -> preset.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The rate that suits an optimiser. */
    static double usualRate(Optimizer.Kind optimizer) {
        Preset like = optimizer == Optimizer.Kind.SGD ? PAPER_PTB : QUICK;
        return like.settings().learningRate();
    }

    /**
     * One set. Its embedding is tied to the decoder.
     *
     * @param purpose what it is good for, and how long it takes
     */
    public record Preset(String name, String purpose, int depth, int hidden, TrainingSettings settings) {
        /** The values as options, in the order of the help. */
        public SequencedMap<String, String> options() {
            SequencedMap<String, String> options = new LinkedHashMap<>();
            options.put("--depth", Integer.toString(depth));
            options.put("--hidden", Integer.toString(hidden));
            options.putAll(Presets.options(settings));
            return options;
        }
    }

    /** Settings as the options that ask for them. */
    public static SequencedMap<String, String> options(TrainingSettings settings) {
        SequencedMap<String, String> options = new LinkedHashMap<>();
        Schedule schedule = settings.schedule();
        Dropout dropout = settings.dropout();
        options.put("--epochs", Integer.toString(settings.epochs()));
        options.put("--minutes", Formats.setting(settings.minutes()));
        options.put("--batch", Integer.toString(settings.batch()));
        options.put("--window", Integer.toString(settings.window()));
        options.put("--optimizer", Choices.name(settings.optimizer()));
        options.put("--learning-rate", Formats.setting(settings.learningRate()));
        options.put("--schedule", Choices.name(schedule.kind()));
        if (schedule.kind() == Schedule.Kind.DECAY) {
            options.put("--flat-epochs", Integer.toString(schedule.flatEpochs()));
            options.put("--rate-divisor", Formats.setting(schedule.divisor()));
        } else {
            options.put("--warmup", Formats.setting(schedule.warmup()));
            options.put("--final-rate", Formats.setting(schedule.end()));
        }
        options.put("--clip", Formats.setting(settings.clip()));
        options.put("--l2", Formats.setting(settings.l2()));
        options.put("--weight-decay", Formats.setting(settings.weightDecay()));
        options.put("--average", Formats.setting(settings.average()));
        options.put("--average-trigger", Integer.toString(settings.averageTrigger()));
        options.put("--label-smoothing", Formats.setting(settings.labelSmoothing()));
        options.put("--window-deviation", Formats.setting(settings.windowDeviation()));
        options.put("--dropout-embedding", Formats.setting(dropout.embedding()));
        options.put("--dropout-input", Formats.setting(dropout.input()));
        options.put("--dropout-state", Formats.setting(dropout.state()));
        options.put("--dropout-output", Formats.setting(dropout.output()));
        options.put("--dropout-update", Formats.setting(dropout.update()));
        options.put("--state-reset", Formats.setting(settings.stateReset()));
        options.put("--init-range", Formats.setting(settings.initialRange()));
        options.put("--transform-bias", Formats.setting(settings.transformBias()));
        options.put("--patience", Integer.toString(settings.patience()));
        options.put("--checkpoint-seconds", Formats.setting(settings.checkpointSeconds()));
        options.put("--seed", Long.toString(settings.seed()));
        return options;
    }

    /** The whole table, as the help shows it. */
    public static String table() {
        StringBuilder text = new StringBuilder("Presets:%n".formatted());
        for (Preset preset : ALL.values()) {
            String standing = preset.equals(QUICK) ? " (the default)" : "";
            text.append("  %-11s%s%s%n".formatted(preset.name(), preset.purpose(), standing));
        }
        text.append("%n  %-21s".formatted(""));
        ALL.keySet().forEach(name -> text.append("%12s".formatted(name)));
        for (String option : optionsOfAny()) {
            text.append("%n  %-21s".formatted(option));
            for (Preset preset : ALL.values()) {
                text.append("%12s".formatted(preset.options().getOrDefault(option, "-")));
            }
        }
        return text.append(System.lineSeparator()).toString();
    }

    /** The options of all presets, those that one has alone beside the ones it has them beside. */
    private static List<String> optionsOfAny() {
        List<String> names = new ArrayList<>();
        for (Preset preset : ALL.values()) {
            int place = 0;
            for (String option : preset.options().keySet()) {
                if (!names.contains(option)) {
                    names.add(place, option);
                }
                place = names.indexOf(option) + 1;
            }
        }
        return names;
    }

    private static SequencedMap<String, Preset> byName(Preset... presets) {
        SequencedMap<String, Preset> ordered = new LinkedHashMap<>();
        for (Preset preset : presets) {
            ordered.put(preset.name(), preset);
        }
        return Collections.unmodifiableSequencedMap(ordered);
    }
}
