package org.rhn4j.app.pages;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A headless Chromium with one tab, driven by its own protocol, in which a test opens pages as their readers do. */
final class Chromium implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final Pattern ENDPOINT = Pattern.compile("DevTools listening on ws://([^/]+)/");
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private final List<String> complaints = new ArrayList<>();
    private int asked;

    /** Where this machine has one. */
    static Optional<Path> installed() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of("/usr/bin"), Stream.of(path.split(":")))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts one.
     *
     * @param profile an empty folder
     */
    Chromium(Path program, Path profile) throws Exception {
        process = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + profile,
                        "--remote-debugging-port=0",
                        "about:blank")
                .redirectErrorStream(true)
                .start();
        String host = host();
        HttpRequest newTab = HttpRequest.newBuilder(URI.create("http://" + host + "/json/new"))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        String tab = client.send(newTab, HttpResponse.BodyHandlers.ofString()).body();
        String address =
                JsonMapper.shared().readTree(tab).get("webSocketDebuggerUrl").stringValue();
        socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(address), new Receiver())
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            ask(domain + ".enable", Map.of());
        }
    }

    private String host() throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            Matcher endpoint = ENDPOINT.matcher(line);
            if (endpoint.find()) {
                Thread drain = new Thread(() -> reader.lines().forEach(rest -> {}));
                drain.setDaemon(true);
                drain.start();
                return endpoint.group(1);
            }
            said.append(line).append('\n');
        }
        throw new IOException("Chromium did not start: " + said);
    }

    /** Opens a page and waits until it is there. What went wrong before is forgotten. */
    void open(Path page, boolean withoutPolicy) throws Exception {
        ask("Page.setBypassCSP", Map.of("enabled", withoutPolicy));
        load("about:blank");
        complaints.clear();
        load(page.toUri().toString());
    }

    private void load(String url) throws Exception {
        events.clear();
        ask("Page.navigate", Map.of("url", url));
        for (JsonNode event = next(events);
                !event.get("method").stringValue().equals("Page.loadEventFired");
                event = next(events)) {
            note(event);
        }
    }

    /** What a script in the page comes to, once its promise is kept. */
    JsonNode run(String script) throws Exception {
        JsonNode result =
                ask("Runtime.evaluate", Map.of("expression", script, "returnByValue", true, "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(result.get("exceptionDetails").toString());
        }
        return result.get("result").path("value");
    }

    /** What the page did that no page should: exceptions, dialogs, requests, and what its policy forbade. */
    List<String> complaints() throws Exception {
        run("new Promise(done => setTimeout(done, 50))");
        for (JsonNode event = events.poll(); event != null; event = events.poll()) {
            note(event);
        }
        return List.copyOf(complaints);
    }

    private void note(JsonNode event) {
        JsonNode about = event.get("params");
        switch (event.get("method").stringValue()) {
            case "Runtime.exceptionThrown", "Page.javascriptDialogOpening" -> complaints.add(about.toString());
            case "Log.entryAdded" -> {
                if (!about.get("entry").get("level").stringValue().equals("verbose")) {
                    complaints.add(about.toString());
                }
            }
            case "Network.requestWillBeSent" -> {
                String url = about.get("request").get("url").stringValue();
                if (!about.get("type").stringValue().equals("Document") && !url.startsWith("data:")) {
                    complaints.add("asked for " + url);
                }
            }
            default -> {}
        }
    }

    private JsonNode ask(String method, Map<String, Object> parameters) throws Exception {
        int id = ++asked;
        String text = JsonMapper.shared().writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
        socket.sendText(text, true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        JsonNode answer = next(answers);
        while (answer.get("id").intValue() != id) {
            answer = next(answers);
        }
        if (answer.has("error")) {
            throw new IllegalStateException(method + ": " + answer.get("error"));
        }
        return answer.get("result");
    }

    private static JsonNode next(BlockingQueue<JsonNode> queue) throws Exception {
        JsonNode next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new IllegalStateException("Chromium said nothing for " + PATIENCE_SECONDS + " s");
        }
        return next;
    }

    @Override
    public void close() {
        socket.abort();
        client.close();
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly();
    }

    /** Puts the parts of each message together. */
    private final class Receiver implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                JsonNode node = JsonMapper.shared().readTree(message.toString());
                message.setLength(0);
                (node.has("id") ? answers : events).add(node);
            }
            from.request(1);
            return null;
        }
    }
}
