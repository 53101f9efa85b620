/**
 * What a program needs: {@link org.rhn4j.api.Table} in, a model trained or loaded, answers out.
 *
 * <p>Each task is one class, from a file or from arrays in memory, in a few lines; {@link org.rhn4j.api.Layers} are
 * recurrent layers alone, with their gradients.
 */
@org.jspecify.annotations.NullMarked
package org.rhn4j.api;
