package org.rhn4j.app.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rhn4j.app.Invocation;
import org.rhn4j.app.console.ResultTable;
import tools.jackson.databind.JsonNode;

/** Opens every page in a browser, made of data whose every name would like to be a script, and looks at all there is. */
class HostilePagesTest {
    private static final String TITLE = "reached";
    private static final String IMAGE = "<img/src=\"x\"onerror=\"document.title='reached'\">";
    private static final List<String> NAMES = List.of(
            IMAGE,
            "\"><svg/onload=\"document.title='reached'\">",
            "</script><script>document.title='reached'</script>",
            "<!--<script>",
            "'-(document.title='reached')-'",
            "{b}${document.title='reached'}`");

    /** Shows every tooltip of every chart, turns every slider and select, and tells what stands in the page then. */
    private static final String LOOK_AT_EVERYTHING = """
        (async () => {
          const seen = [];
          const tips = () => {
            for (const { instance } of [...charts]) {
              instance.getOption().series.forEach((series, seriesIndex) => {
                for (let dataIndex = 0; dataIndex < Math.min(8, (series.data || []).length); dataIndex++) {
                  instance.dispatchAction({ type: "showTip", seriesIndex, dataIndex });
                  seen.push(instance.getDom().textContent);
                }
              });
              instance.dispatchAction({ type: "hideTip" });
            }
          };
          tips();
          for (const control of document.querySelectorAll("select, input")) {
            const values = control.tagName === "SELECT" ? [...control.options].map(o => o.value) : [1, 0];
            for (const value of values.slice(-2)) {
              control.value = value;
              control.dispatchEvent(new Event(control.tagName === "SELECT" ? "change" : "input"));
              tips();
            }
          }
          dispatchEvent(new Event("beforeprint"));
          dispatchEvent(new Event("afterprint"));
          await new Promise(done => setTimeout(done, 100));
          const foreign = [...document.querySelectorAll("*")].filter(element =>
            /^(img|svg|iframe|object|embed|link|base|form)$/i.test(element.tagName)
            || [...element.attributes].some(attribute => attribute.name.startsWith("on")));
          return { title: document.title, charts: charts.length, canvases: document.querySelectorAll("canvas").length,
            foreign: foreign.map(element => element.outerHTML), scripts: document.scripts.length,
            text: document.body.textContent, tips: seen.join("\\n") };
        })()
        """;

    @TempDir
    private static Path folder;

    private static Chromium browser;

    @BeforeAll
    static void startBrowser() throws Exception {
        Optional<Path> program = Chromium.installed();
        if (program.isEmpty()) {
            System.err.println("HostilePagesTest is SKIPPED: there is no Chromium on this machine to open pages in");
        }
        Assumptions.assumeTrue(program.isPresent(), "no Chromium is installed");
        browser = new Chromium(program.get(), Files.createDirectory(folder.resolve("profile")));
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    /** Neither what a page escapes nor what its policy forbids is relied on alone. */
    private static void assertHarmless(Path page, String inTooltips) throws Exception {
        for (boolean withoutPolicy : new boolean[] {false, true}) {
            browser.open(page, withoutPolicy);
            JsonNode seen = browser.run(LOOK_AT_EVERYTHING);
            assertThat(seen.get("title").stringValue()).isNotEqualTo(TITLE);
            assertThat(browser.complaints()).isEmpty();
            assertThat(seen.get("foreign")).isEmpty();
            assertThat(seen.get("scripts").intValue()).isEqualTo(4);
            assertThat(seen.get("charts").intValue()).isPositive();
            assertThat(seen.get("canvases").intValue())
                    .isGreaterThanOrEqualTo(seen.get("charts").intValue());
            assertThat(seen.get("text").stringValue()).contains(IMAGE);
            assertThat(seen.get("tips").stringValue()).contains(inTooltips);
        }
    }

    private static Path page(Invocation written, Path page) {
        assertThat(written.status()).as(written.err()).isZero();
        return page;
    }

    private static void train(Object... options) {
        Invocation trained = Invocation.of("train", options);
        assertThat(trained.status()).as(trained.err()).isZero();
    }

    @Test
    void explain_ofTokensThatAreScripts() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            text.append(NAMES.get((i * i + i / 7) % NAMES.size())).append(i % 9 == 8 ? "\n" : " a ");
        }
        Path data = Files.writeString(folder.resolve("<svg onload=document.title='reached'>.txt"), text);
        Path model = folder.resolve(IMAGE.replace('/', ' '));
        train("text", "--data", data, "--out", model, TINY);

        Path page = folder.resolve("explain.html");
        Invocation explained = Invocation.of("explain", model, "--data", data, "--threads=1", "--out", page);
        assertHarmless(page(explained, page), IMAGE);
    }

    private static final List<String> TINY = List.of(
            "--hidden=16", "--depth=1", "--epochs=1", "--batch=4", "--window=8", "--threads=1", "--precision=f32");
    private static final List<String> TINY_STACK =
            List.of("--hidden=16", "--depth=1", "--epochs=1", "--threads=1", "--precision=f32");

    @Test
    void detect_andExplain_ofColumnsThatAreScripts() throws Exception {
        StringBuilder csv = new StringBuilder("time");
        NAMES.forEach(name -> csv.append(',').append(cell(name)));
        csv.append('\n');
        for (int row = 0; row < 400; row++) {
            csv.append(LocalDate.of(2024, 1, 1).plusDays(row));
            for (int c = 0; c < NAMES.size(); c++) {
                double value = Math.sin((row + 3 * c) * 0.4) + (row == 350 ? 9 : 0);
                csv.append(String.format(Locale.ROOT, ",%.4f", value));
            }
            csv.append('\n');
        }
        Path data = Files.writeString(folder.resolve("<svg onload=document.title='reached'>.csv"), csv);
        Path model = folder.resolve("anomaly " + IMAGE.replace('/', ' '));
        train("anomaly", "--data", data, "--out", model, TINY_STACK);

        Path page = folder.resolve("detect.html");
        Invocation detected =
                Invocation.of("detect", model, "--data", data, "--false-alarms=1/10 rows", "--plot", page);
        assertHarmless(page(detected, page), IMAGE);
        Path explained = folder.resolve("anomaly.html");
        assertHarmless(
                page(Invocation.of("explain", model, "--data", data, "--threads=1", "--out", explained), explained),
                IMAGE);
    }

    @Test
    void forecast_explain_andPilot_ofSeriesAndColumnsThatAreScripts() throws Exception {
        String target = NAMES.get(2);
        StringBuilder csv = new StringBuilder("day,series,%s,%s\n".formatted(cell(target), cell(IMAGE)));
        for (String series : NAMES) {
            for (int row = 0; row < 200; row++) {
                csv.append(LocalDate.of(2024, 1, 1).plusDays(row))
                        .append(',')
                        .append(cell(series))
                        .append(String.format(
                                Locale.ROOT, ",%.3f,%d%n", 20 + 8 * Math.sin(row * 0.9) + row % 3, row % 4));
            }
        }
        Path data = Files.writeString(folder.resolve("forecast <svg onload=document.title='reached'>.csv"), csv);
        Path model = folder.resolve("forecast " + IMAGE.replace('/', ' '));
        List<Object> columns = List.of("--data", data, "--series=series", "--target=" + target, "--horizon=7");
        train("forecast", columns, "--past=" + IMAGE, "--out", model, TINY_STACK);

        Path page = folder.resolve("forecast.html");
        assertHarmless(page(Invocation.of("forecast", model, "--data", data, "--plot", page), page), "values");
        Path explained = folder.resolve("forecast-explained.html");
        assertHarmless(
                page(Invocation.of("explain", model, "--data", data, "--threads=1", "--out", explained), explained),
                IMAGE);
        Path pilot = folder.resolve("pilot.html");
        assertHarmless(
                page(
                        Invocation.of(
                                "pilot",
                                columns,
                                "--known=" + IMAGE,
                                "--minutes=0.1",
                                "--seeds=2",
                                "--depths=1",
                                "--threads=1",
                                "--out",
                                pilot),
                        pilot),
                "LSTM");
    }

    private static Path result() throws IOException {
        List<ResultPage.Line> lines = NAMES.stream()
                .map(name -> new ResultPage.Line(name, List.of(new double[] {1, 2}, new double[] {2, 3})))
                .toList();
        return Files.writeString(
                folder.resolve("result.html"),
                ResultPage.html(
                        IMAGE,
                        NAMES.get(1),
                        List.of(new ResultPage.Chart(NAMES.get(2), NAMES.get(3), NAMES.get(4), NAMES.get(5), lines)),
                        List.of(new ResultTable(NAMES.get(1), IMAGE, NAMES, List.of(NAMES)))));
    }

    @Test
    void resultsWhoseEveryTextIsAScript() throws Exception {
        assertHarmless(result(), IMAGE);
    }

    /** What escapes would have let through runs without the policy and not with it. */
    @Test
    void policy_stopsWhatWasNotEscaped() throws Exception {
        String slip = "page.insertAdjacentHTML('beforeend', `%s`)".formatted(IMAGE);
        browser.open(result(), true);
        browser.run(slip);
        browser.run("new Promise(done => setInterval(() => document.title === '%s' && done(), 10))".formatted(TITLE));

        browser.open(result(), false);
        browser.run(slip);
        assertThat(browser.complaints().stream().collect(Collectors.joining())).contains("Content Security Policy");
        assertThat(browser.run("document.title").stringValue()).isNotEqualTo(TITLE);
    }

    private static String cell(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }
}
