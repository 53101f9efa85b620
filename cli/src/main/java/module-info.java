// The command rhn: for people at a terminal, not for programs.
open module org.rhn4j.cli {
    requires info.picocli;
    requires org.rhn4j.insight;
    requires org.rhn4j.pilot;
    requires org.jspecify;
    requires tools.jackson.databind;

    uses org.rhn4j.app.MoreCommands;

    exports org.rhn4j.app to
            org.rhn4j.experiments;
    exports org.rhn4j.app.console to
            org.rhn4j.experiments;
    exports org.rhn4j.app.evaluate to
            org.rhn4j.experiments;
    exports org.rhn4j.app.files to
            org.rhn4j.experiments;
    exports org.rhn4j.app.options to
            org.rhn4j.experiments;
    exports org.rhn4j.app.pages to
            org.rhn4j.experiments;
    exports org.rhn4j.app.train to
            org.rhn4j.experiments;
}
