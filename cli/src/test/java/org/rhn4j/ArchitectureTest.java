package org.rhn4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The library's packages form a line, and each may import only what stands before it. */
class ArchitectureTest {
    /** From files and the arithmetic up to the analyses; a package that is still empty keeps its place. */
    static final List<String> LINE = List.of(
            "org.rhn4j.store..",
            "org.rhn4j.numbers..",
            "org.rhn4j.cells..",
            "org.rhn4j.training..",
            "org.rhn4j.tasks..",
            "org.rhn4j.api..",
            "org.rhn4j.insight..",
            "org.rhn4j.pilot..");

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.rhn4j");

    /** A reader of class files that skips a newer format would let every rule below pass on nothing. */
    @Test
    void theClassFilesAreRead() {
        assertThat(LIBRARY.contain(UserError.class)).isTrue();
        assertThat(LIBRARY.get(Version.class).tryGetMethod("number")).isPresent();
        assertThat(LIBRARY.get(Version.class).getDirectDependenciesFromSelf()).isNotEmpty();
    }

    @ParameterizedTest
    @FieldSource("LINE")
    void noPackageImportsOneAfterIt(String earlier) {
        List<String> later = LINE.subList(LINE.indexOf(earlier) + 1, LINE.size());
        if (later.isEmpty()) {
            return;
        }
        noClasses()
                .that()
                .resideInAPackage(earlier)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(later.toArray(String[]::new))
                .because("the packages stand in the order " + LINE)
                .allowEmptyShould(true)
                .check(LIBRARY);
    }

    @Test
    void whatEveryPackageSharesImportsNoneOfThem() {
        noClasses()
                .that()
                .resideInAPackage("org.rhn4j")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(LINE.toArray(String[]::new))
                .check(LIBRARY);
    }

    @Test
    void theLibraryKnowsNoCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.rhn4j.app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.rhn4j.app..", "picocli..")
                .because("the library is used from other programs too")
                .check(LIBRARY);
    }
}
