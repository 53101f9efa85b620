/** Training, and the tasks: language models, forecasts, anomalies, failures. */
module org.rhn4j.core {
    requires transitive org.rhn4j.engine;
    requires de.siegmar.fastcsv;
    requires ejml.core;
    requires ejml.ddense;
    requires org.jspecify;
    requires org.apache.commons.numbers.gamma;
    requires org.apache.commons.statistics.distribution;
    requires tools.jackson.databind;

    exports org.rhn4j.api;
    exports org.rhn4j.tasks.anomaly to
            org.rhn4j.insight,
            org.rhn4j.pilot,
            org.rhn4j.cli,
            org.rhn4j.experiments;
    exports org.rhn4j.tasks.failure to
            org.rhn4j.insight,
            org.rhn4j.pilot,
            org.rhn4j.cli,
            org.rhn4j.experiments;
    exports org.rhn4j.tasks.forecast to
            org.rhn4j.insight,
            org.rhn4j.pilot,
            org.rhn4j.cli,
            org.rhn4j.experiments;
    exports org.rhn4j.tasks.forecast.simple to
            org.rhn4j.insight,
            org.rhn4j.pilot,
            org.rhn4j.cli,
            org.rhn4j.experiments;
    exports org.rhn4j.tasks.histories to
            org.rhn4j.insight,
            org.rhn4j.pilot,
            org.rhn4j.cli,
            org.rhn4j.experiments;
    exports org.rhn4j.tasks.series to
            org.rhn4j.insight,
            org.rhn4j.pilot,
            org.rhn4j.cli,
            org.rhn4j.experiments;
    exports org.rhn4j.tasks.text to
            org.rhn4j.insight,
            org.rhn4j.pilot,
            org.rhn4j.cli,
            org.rhn4j.experiments;
    exports org.rhn4j.training to
            org.rhn4j.insight,
            org.rhn4j.pilot,
            org.rhn4j.cli,
            org.rhn4j.experiments;

    opens org.rhn4j.tasks.anomaly to
            tools.jackson.databind;
    opens org.rhn4j.tasks.failure to
            tools.jackson.databind;
    opens org.rhn4j.tasks.forecast to
            tools.jackson.databind;
    opens org.rhn4j.tasks.forecast.simple to
            tools.jackson.databind;
    opens org.rhn4j.tasks.histories to
            tools.jackson.databind;
    opens org.rhn4j.tasks.series to
            tools.jackson.databind;
    opens org.rhn4j.tasks.text to
            tools.jackson.databind;
    opens org.rhn4j.training to
            tools.jackson.databind;
}
