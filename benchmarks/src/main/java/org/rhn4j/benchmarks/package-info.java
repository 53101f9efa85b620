/**
 * JMH benchmarks of the core's inner loops.
 *
 * <p>After {@code mvn package}, run them with {@code java --add-modules jdk.incubator.vector -jar
 * benchmarks/target/rhn4j-benchmarks-0.1.0.jar}.
 */
@NullMarked
package org.rhn4j.benchmarks;

import org.jspecify.annotations.NullMarked;
