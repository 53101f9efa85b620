package org.rhn4j.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What commands share knows no command, and commands that stand side by side know nothing of one another. */
class ArchitectureTest {
    /** What commands share; each may import only what stands before it. */
    static final List<String> SHARED = List.of(
            "org.rhn4j.app.console",
            "org.rhn4j.app.files",
            "org.rhn4j.app.options",
            "org.rhn4j.app.pages",
            "org.rhn4j.app.evaluate",
            "org.rhn4j.app.train");

    /** Commands that build on them. */
    static final List<String> COMMANDS = List.of("org.rhn4j.app.apply", "org.rhn4j.app.insight", "org.rhn4j.app.pilot");

    private static final JavaClasses APP = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.rhn4j.app");

    /** A package that no list names would be free to import anything. */
    @Test
    void everyPackageHasItsPlace() {
        List<String> packages = new ArrayList<>(SHARED);
        packages.addAll(COMMANDS);
        packages.add("org.rhn4j.app");
        assertThat(APP.stream().map(type -> type.getPackageName()).distinct())
                .containsExactlyInAnyOrderElementsOf(packages);
    }

    @ParameterizedTest
    @FieldSource("SHARED")
    void whatIsSharedImportsNothingAfterIt(String earlier) {
        List<String> later = new ArrayList<>(SHARED.subList(SHARED.indexOf(earlier) + 1, SHARED.size()));
        later.addAll(COMMANDS);
        refuseImports(earlier, later);
    }

    @ParameterizedTest
    @FieldSource("COMMANDS")
    void commandsKnowNothingOfOneAnother(String command) {
        refuseImports(
                command,
                COMMANDS.stream().filter(other -> !other.equals(command)).toList());
    }

    private static void refuseImports(String from, List<String> packages) {
        noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages.toArray(String[]::new))
                .check(APP);
    }
}
