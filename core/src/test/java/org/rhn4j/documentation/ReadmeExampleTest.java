package org.rhn4j.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in the README is compiled and run as it stands there. */
class ReadmeExampleTest {
    private static final Pattern EXAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void example_ofTheReadme_compilesTrainsAndGenerates(@TempDir Path folder) throws Exception {
        Path source = folder.resolve("Example.java");
        Files.writeString(source, exampleOfTheReadme());
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "the cat sat on the mat\nthe dog sat on the log\n".repeat(60));

        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        ByteArrayOutputStream problems = new ByteArrayOutputStream();
        int status = compiler.run(
                null,
                problems,
                problems,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString());
        assertThat(status).as(problems.toString(StandardCharsets.UTF_8)).isZero();

        String printed = run(folder, text.toString(), folder.resolve("model").toString());
        assertThat(printed).contains("perplexity").contains("the");
        assertThat(folder.resolve("model/model.safetensors")).exists();
    }

    private static String run(Path classes, String... arguments) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            Method main = loader.loadClass("Example").getMethod("main", String[].class);
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            main.invoke(null, (Object) arguments);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static String exampleOfTheReadme() throws Exception {
        Path readme = Files.exists(Path.of("README.md")) ? Path.of("README.md") : Path.of("../README.md");
        Matcher matcher = EXAMPLE.matcher(Files.readString(readme));
        assertThat(matcher.find()).as("a java block in " + readme).isTrue();
        return matcher.group(1);
    }
}
