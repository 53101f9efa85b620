/** Numbers, kernels, cells and networks. What computes is out of reach: addresses, products, threads. */
module org.rhn4j.engine {
    requires static jdk.incubator.vector;
    requires org.jspecify;
    requires jdk.management;
    requires tools.jackson.databind;

    exports org.rhn4j;
    exports org.rhn4j.cells to
            org.rhn4j.core,
            org.rhn4j.insight,
            org.rhn4j.pilot,
            org.rhn4j.cli,
            org.rhn4j.experiments;
    exports org.rhn4j.numbers to
            org.rhn4j.core,
            org.rhn4j.insight,
            org.rhn4j.pilot,
            org.rhn4j.cli,
            org.rhn4j.experiments;
    exports org.rhn4j.numbers.onednn to
            org.rhn4j.core,
            org.rhn4j.insight,
            org.rhn4j.experiments;
    exports org.rhn4j.numbers.pointwise to
            org.rhn4j.core,
            org.rhn4j.insight,
            org.rhn4j.experiments;
    exports org.rhn4j.store to
            org.rhn4j.core,
            org.rhn4j.insight,
            org.rhn4j.pilot,
            org.rhn4j.cli,
            org.rhn4j.experiments;

    opens org.rhn4j.cells to
            tools.jackson.databind;
    opens org.rhn4j.store to
            tools.jackson.databind;
}
