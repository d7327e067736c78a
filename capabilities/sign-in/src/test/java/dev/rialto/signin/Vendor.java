package dev.rialto.signin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rialto.accounts.spi.AuthProvider.Identity;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.OutboundPolicy;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.Timing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A stand-in for the servers of a provider, which remembers what it was asked.
final class Vendor implements AutoCloseable {
    static final App APP = new App("shop", "app_shop");

    private final HttpServer server;
    private final Map<String, Function<Seen, String>> answers = new ConcurrentHashMap<>();
    final List<Seen> seen = new CopyOnWriteArrayList<>();

    /// @param parameters of the query and of a form
    record Seen(
            String method,
            String path,
            Map<String, String> parameters,
            Map<String, String> headers,
            String body) {
        /// A parameter, or an empty string.
        String said(String name) {
            return parameters.getOrDefault(name, "");
        }
    }

    Vendor() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// Answers a path. A text that begins with three digits has a status.
    Vendor on(String path, Function<Seen, String> answer) {
        answers.put(path, answer);
        return this;
    }

    Vendor on(String path, String answer) {
        return on(path, _ -> answer);
    }

    List<Seen> asked(String path) {
        return seen.stream().filter(each -> each.path().equals(path)).toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> parameters = new HashMap<>();
        read(exchange.getRequestURI().getRawQuery(), parameters);
        if (!body.startsWith("{")) {
            read(body, parameters);
        }
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) ->
                        headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        var request =
                new Seen(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath(),
                        parameters,
                        headers,
                        body);
        seen.add(request);
        Function<Seen, String> answer = answers.get(request.path());
        String text = answer == null ? "404 {}" : answer.apply(request);
        boolean hasStatus = text.matches("(?s)\\d{3} .*");
        int status = hasStatus ? Integer.parseInt(text.substring(0, 3)) : 200;
        byte[] bytes = (hasStatus ? text.substring(4) : text).getBytes(StandardCharsets.UTF_8);
        if (status / 100 == 3) {
            exchange.getResponseHeaders().set("Location", text.substring(4));
        }
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static void read(@Nullable String query, Map<String, String> parameters) {
        if (query == null || query.isEmpty()) {
            return;
        }
        for (String each : query.split("&", -1)) {
            int sign = each.indexOf('=');
            if (sign > 0) {
                parameters.put(
                        each.substring(0, sign),
                        URLDecoder.decode(each.substring(sign + 1), StandardCharsets.UTF_8));
            }
        }
    }

    /// Providers with settings, which may reach this machine alone.
    static AppProviders providers(InstantSource clock, String... lines) {
        return providers(clock, OutboundPolicy.of(List.of("127.0.0.1")), lines);
    }

    static AppProviders providers(InstantSource clock, OutboundPolicy policy, String... lines) {
        var read = settings(lines);
        var http = new ProviderHttp(policy, Timing.SYSTEM, Duration.ofSeconds(30));
        return new AppProviders(_ -> read, http, clock);
    }

    /// Settings, each line `key = value` without `sign-in.`.
    static SignInSettings settings(String... lines) {
        Map<String, String> values = new HashMap<>();
        for (String line : lines) {
            String[] parts = line.split(" = ", 2);
            values.put("sign-in." + parts[0], parts[1]);
        }
        var in = new Settings(values, Map.of(), Map.of());
        SignInSettings read = SignInSettings.read(in);
        in.finish();
        return read;
    }

    static Identity verify(AppProviders providers, String name, String claims) {
        return providers.find(APP, name).orElseThrow().verify(APP, (ObjectNode) Json.read(claims));
    }

    /// Where a browser is sent.
    static String away(AppProviders providers, String name) {
        return providers
                .provider(APP, name)
                .orElseThrow()
                .authorization(new Provider.Visit("https://r.example/cb", "st", "no", "ver"))
                .toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
