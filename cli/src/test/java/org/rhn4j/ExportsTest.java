package org.rhn4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the modules show of themselves: few types, and nothing through which a program could crash the JVM. */
class ExportsTest {
    private static final Set<String> MODULES =
            Set.of("org.rhn4j.engine", "org.rhn4j.core", "org.rhn4j.insight", "org.rhn4j.pilot", "org.rhn4j.cli");

    /** Exported to all, not to our own modules alone. */
    private static final Set<String> PACKAGES = new TreeSet<>();

    /** Public types in them, nested ones included. */
    private static final List<Class<?>> TYPES = new ArrayList<>();

    @BeforeAll
    static void readTheModules() throws Exception {
        Path[] places = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(place -> place.contains("rhn4j-")
                        || place.endsWith(Path.of("target", "classes").toString()))
                .filter(place -> !place.contains("-tests"))
                .map(Path::of)
                .toArray(Path[]::new);
        Set<ModuleReference> found = ModuleFinder.of(places).findAll().stream()
                .filter(module -> MODULES.contains(module.descriptor().name()))
                .collect(Collectors.toSet());
        assertThat(found).hasSameSizeAs(MODULES);
        for (ModuleReference module : found) {
            for (ModuleDescriptor.Exports exports : module.descriptor().exports()) {
                if (!exports.isQualified()) {
                    PACKAGES.add(exports.source());
                }
            }
        }
        for (ModuleReference module : found) {
            addTypes(module);
        }
    }

    private static void addTypes(ModuleReference module) throws IOException, ClassNotFoundException {
        try (var reader = module.open();
                Stream<String> names = reader.list()) {
            for (String name : names.filter(each -> each.endsWith(".class") && each.contains("/"))
                    .toList()) {
                String type =
                        name.substring(0, name.length() - ".class".length()).replace('/', '.');
                if (PACKAGES.contains(type.substring(0, type.lastIndexOf('.'))) && !type.endsWith("package-info")) {
                    Class<?> found = Class.forName(type, false, ExportsTest.class.getClassLoader());
                    if (isPublic(found)) {
                        TYPES.add(found);
                    }
                }
            }
        }
    }

    private static boolean isPublic(Class<?> type) {
        Class<?> outer = type.getDeclaringClass();
        return Modifier.isPublic(type.getModifiers()) && (outer == null || isPublic(outer));
    }

    @Test
    void theFrontAloneIsExported() {
        assertThat(PACKAGES).allMatch(name -> name.equals("org.rhn4j") || name.startsWith("org.rhn4j.api"));
    }

    @Test
    void fewerThanAHundredTypesArePublic() {
        assertThat(TYPES).hasSizeBetween(10, 99);
    }

    @Test
    void whatIsPublicSpeaksOfWhatIsPublicAlone() {
        List<String> leaks = new ArrayList<>();
        for (Class<?> type : TYPES) {
            for (Executable member : members(type)) {
                Stream<Class<?>> named = Stream.of(member.getParameterTypes());
                if (member instanceof Method method) {
                    named = Stream.concat(named, Stream.of(method.getReturnType()));
                }
                named.map(ExportsTest::elementOf)
                        .filter(each -> each.getName().startsWith("org.rhn4j"))
                        .filter(each -> !PACKAGES.contains(each.getPackageName()))
                        .forEach(each -> leaks.add(member + " speaks of " + each.getName()));
            }
        }
        assertThat(leaks).isEmpty();
    }

    private static List<Executable> members(Class<?> type) {
        List<Executable> members = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) {
                members.add(method);
            }
        }
        for (Constructor<?> constructor : type.getConstructors()) {
            members.add(constructor);
        }
        return members;
    }

    private static Class<?> elementOf(Class<?> type) {
        return type.isArray() ? elementOf(type.getComponentType()) : type;
    }

    @Test
    void noAddressIsPublic() {
        assertThat(TYPES.stream().flatMap(type -> members(type).stream()))
                .noneMatch(member ->
                        member.getName().toLowerCase(java.util.Locale.ROOT).contains("address"));
    }
}
