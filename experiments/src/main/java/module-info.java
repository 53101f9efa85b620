// Benchmarks and reproductions of published experiments, run from a clone.
open module org.rhn4j.experiments {
    requires info.picocli;
    requires java.management;
    requires org.rhn4j.cli;
    requires org.rhn4j.insight;
    requires org.jspecify;
    requires tools.jackson.databind;

    provides org.rhn4j.app.MoreCommands with
            org.rhn4j.experiments.ExperimentCommands;
}
