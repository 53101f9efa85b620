/** Naive forecasts, LSTMs and recurrent highway networks side by side on one data set, and what that recommends. */
module org.rhn4j.pilot {
    requires transitive org.rhn4j.core;
    requires org.apache.commons.statistics.distribution;
    requires org.jspecify;

    exports org.rhn4j.pilot to
            org.rhn4j.cli,
            org.rhn4j.experiments;

    opens org.rhn4j.pilot to
            tools.jackson.databind;
}
