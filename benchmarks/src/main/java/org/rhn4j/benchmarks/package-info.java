/** JMH benchmarks of the core's inner loops. */
@NullMarked
package org.rhn4j.benchmarks;

import org.jspecify.annotations.NullMarked;
