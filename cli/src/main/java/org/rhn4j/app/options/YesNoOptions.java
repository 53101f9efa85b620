package org.rhn4j.app.options;

import java.util.List;
import org.rhn4j.tasks.series.ReadingOptions;
import picocli.CommandLine.Option;

/** Which texts of a column say yes and which no, besides the usual ones. */
public final class YesNoOptions {
    static final String YES = "Texts that say yes in a column of yes and no, besides 1, true, yes and y.";
    static final String NO = "Texts that say no there, besides 0, false, no, n and an empty cell.";

    @Option(names = "--yes", split = ",", paramLabel = "TEXT", description = YES)
    private List<String> yes = List.of();

    @Option(names = "--no", split = ",", paramLabel = "TEXT", description = NO)
    private List<String> no = List.of();

    /**
     * The options of a reader with these texts, where any are given.
     *
     * @throws org.rhn4j.UserError if a text says both
     */
    public ReadingOptions over(ReadingOptions reading) {
        return over(reading, yes, no);
    }

    static ReadingOptions over(ReadingOptions reading, List<String> yes, List<String> no) {
        boolean given = !yes.isEmpty() || !no.isEmpty();
        return given ? reading.withYesNo(new ReadingOptions.YesNo(yes, no)) : reading;
    }
}
