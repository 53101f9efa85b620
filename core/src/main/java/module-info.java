/** Training, and the tasks: language models, forecasts, anomalies, failures. */
module org.rhn4j.core {
    requires transitive org.rhn4j.engine;
    requires de.siegmar.fastcsv;
    requires ejml.core;
    requires ejml.ddense;
    requires static org.jspecify;
    requires org.apache.commons.numbers.gamma;
    requires org.apache.commons.statistics.distribution;
    requires tools.jackson.databind;

    exports org.rhn4j.api;
    exports org.rhn4j.tasks.anomaly;
    exports org.rhn4j.tasks.failure;
    exports org.rhn4j.tasks.forecast;
    exports org.rhn4j.tasks.forecast.simple;
    exports org.rhn4j.tasks.histories;
    exports org.rhn4j.tasks.series;
    exports org.rhn4j.tasks.text;
    exports org.rhn4j.training;

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
