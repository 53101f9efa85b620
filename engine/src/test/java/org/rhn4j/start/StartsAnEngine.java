package org.rhn4j.start;

import org.rhn4j.UserError;
import org.rhn4j.numbers.Engine;

/** Starts an engine twice and says what came of it: a program of a user's, in a package of its own. */
final class StartsAnEngine {
    private StartsAnEngine() {}

    public static void main(String[] arguments) {
        for (int time = 0; time < 2; time++) {
            try (Engine engine = Engine.builder().threads(1).build()) {
                System.out.println("started: " + engine.description());
            } catch (UserError e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
        System.out.println("module " + Engine.class.getModule().getName());
    }
}
