package org.rhn4j.app.apply;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.rhn4j.UserError;
import org.rhn4j.app.console.ExitStatus;
import org.rhn4j.app.console.ResultOutput;
import org.rhn4j.app.options.EngineOptions;
import org.rhn4j.numbers.Engine;
import org.rhn4j.store.Json;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.TextDecoder;
import org.rhn4j.tasks.text.TextGenerator;
import org.rhn4j.tasks.text.TextGenerator.Sampling;
import org.rhn4j.tasks.text.UnknownTokens;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rhn generate}: text that a model makes up, shown token by token. */
@Command(
        name = "generate",
        sortOptions = false,
        description = "Continue a text, or make one up.",
        footer = {"", "Example:", "  rhn generate model --prompt 'the company said' --length 50 --temperature 0.8"})
public final class GenerateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "The folder of a model.")
    private Path folder;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "The text to continue (default: the start of a line).")
    private String prompt = "";

    @Option(names = "--length", paramLabel = "N", description = "Tokens to generate (default: 100).")
    private int length = 100;

    @Option(
            names = "--temperature",
            paramLabel = "X",
            description = "1 for the model's own probabilities, less for likelier tokens, 0 for always the likeliest"
                    + " (default: 1).")
    private Double temperature = 1.0;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "Choose among the K likeliest tokens; 0 for all (default: 0).")
    private int topK;

    @Option(names = "--seed", paramLabel = "S", description = "Another seed gives another text (default: 1).")
    private long seed = 1;

    @Option(names = "--allow-unknown", description = "Let <unk> be chosen as any other token.")
    private boolean allowUnknown;

    @Option(names = "--map-unknown", description = "Read tokens of the prompt that the model does not know as <unk>.")
    private boolean mapUnknown;

    @Mixin
    private ResultOutput output;

    @Mixin
    private EngineOptions engineOptions;

    /** The result for programs: the text without the prompt. */
    record Result(String prompt, String text, int tokens, double seconds, double tokensPerSecond) {}

    @Override
    public Integer call() {
        if (length < 1) {
            throw new UserError("--length must be at least 1, not " + length + ".");
        }
        Sampling among = new Sampling(temperature, topK);
        try (Engine engine = engineOptions.open();
                LanguageModel model = LanguageModel.load(folder, engine);
                TextGenerator generator = model.generator()) {
            UnknownTokens unknown = mapUnknown ? UnknownTokens.MAP : UnknownTokens.REJECT;
            int[] start = model.corpus().encodePrompt(prompt, model.vocabulary(), unknown);
            boolean excluding = !allowUnknown && model.vocabulary().holdsUnknown();
            Sampling sampling = excluding ? among.without(model.vocabulary().unknownId()) : among;
            if (output.json()) {
                output.stdout().print(Json.toText(collect(model, generator, start, sampling)));
                output.stdout().flush();
            } else {
                stream(model, generator, start, sampling, output.stdout());
            }
        }
        return ExitStatus.OK;
    }

    /** Ends early, and well, when the reader has seen enough: {@code rhn generate … | head -1}. */
    private void stream(LanguageModel model, TextGenerator generator, int[] start, Sampling sampling, PrintWriter out) {
        TextDecoder text = model.corpus().decoder(model.vocabulary());
        for (int id : start) {
            out.print(text.next(id));
        }
        out.flush();
        generator.generate(start, length, sampling, seed, id -> {
            out.print(text.next(id));
            return !out.checkError();
        });
        if (!text.isAtLineStart()) {
            out.println();
        }
        out.flush();
    }

    private Result collect(LanguageModel model, TextGenerator generator, int[] start, Sampling sampling) {
        long begin = System.nanoTime();
        TextDecoder text = model.corpus().decoder(model.vocabulary());
        StringBuilder all = new StringBuilder();
        for (int id : start) {
            text.next(id);
        }
        generator.generate(start, length, sampling, seed, id -> {
            all.append(text.next(id));
            return true;
        });
        double seconds = (System.nanoTime() - begin) * 1e-9;
        return new Result(prompt, all.toString(), length, seconds, length / seconds);
    }
}
