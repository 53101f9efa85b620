package org.rhn4j.app;

/**
 * Loads the incubating vector module when a command first needs it.
 *
 * <p>The documented way, {@code --add-modules jdk.incubator.vector}, prints a warning on standard error at every start,
 * which no option of Java turns off, and makes every start slower. The method called here is the one by which Java
 * itself loads a module late. The jar's manifest opens its package; the launcher relies on it for JDK 25 alone and
 * uses the option on any other.
 */
final class VectorModule {
    private static final String NAME = "jdk.incubator.vector";

    private VectorModule() {}

    static void load() {
        if (ModuleLayer.boot().findModule(NAME).isPresent()) {
            return;
        }
        try {
            Class.forName("jdk.internal.module.Modules")
                    .getMethod("loadModule", String.class)
                    .invoke(null, NAME);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Java could not load " + NAME + "; start it with --add-modules " + NAME, e);
        }
    }
}
