package org.rhn4j.app.console;

import org.rhn4j.tasks.text.TextUnit;

/** How losses and what they are of are told. */
public interface LossMeasure {
    /** A mean loss as it is, over rows of a table. */
    LossMeasure ROWS = new LossMeasure() {
        @Override
        public String name() {
            return "loss";
        }

        @Override
        public String value(double loss) {
            return Formats.loss(loss);
        }

        @Override
        public String brief(double loss) {
            return "loss " + value(loss);
        }

        @Override
        public String item() {
            return "row";
        }
    };

    /** What is usual for a text. */
    static LossMeasure of(TextUnit unit) {
        return new LossMeasure() {
            @Override
            public String name() {
                return unit == TextUnit.WORD ? "perplexity" : "bits";
            }

            @Override
            public String value(double loss) {
                return Formats.value(unit, loss);
            }

            @Override
            public String brief(double loss) {
                return Formats.brief(unit, loss);
            }

            @Override
            public String item() {
                return "token";
            }
        };
    }

    /** What is told, in a table's header. */
    String name();

    /** A loss in this measure, without words. */
    String value(double loss);

    /** A loss in few words. */
    String brief(double loss);

    /** What is trained on one after another, in the singular. */
    String item();
}
