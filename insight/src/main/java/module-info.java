/** What a trained model does inside: Jacobians, spectra, gates, what each micro-layer is worth. */
module org.rhn4j.insight {
    requires transitive org.rhn4j.core;
    requires ejml.core;
    requires ejml.ddense;
    requires org.jspecify;

    exports org.rhn4j.insight to
            org.rhn4j.cli,
            org.rhn4j.experiments;

    opens org.rhn4j.insight to
            tools.jackson.databind;
}
