package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.Operation;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What a whole server says of its API, and the page that shows it.
final class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final Pattern PARAMETER = Pattern.compile("\\{[^}]+}");
    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]+)\"");

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server =
                new TestServer(
                        Map.of(
                                "http.mount-path", "/parse/api,/v1",
                                "http.public-url", "https://example.com/backend"));
        define(
                Sender.master(),
                "Note",
                "\"title\":{\"type\":\"String\",\"required\":true},\"score\":{\"type\":\"Number\"},"
                        + "\"tags\":{\"type\":\"Array\"},"
                        + "\"owner\":{\"type\":\"Pointer\",\"targetClass\":\"_User\"},"
                        + "\"level\":{\"type\":\"Number\",\"required\":true,\"defaultValue\":1}");
        define(
                Sender.of(TestServer.OTHER_APP, "second-master-key"),
                "Confidential",
                "\"deal\":{\"type\":\"String\"}");
        Reply user =
                server.put(
                        Sender.master(),
                        "/schemas/_User",
                        "{\"className\":\"_User\",\"fields\":{\"nickname\":{\"type\":\"String\"}}}");
        assertThat(user.status()).as("%s", user).isEqualTo(200);
        deploy();
    }

    private static void define(Sender sender, String className, String fields) {
        Reply defined =
                server.post(
                        sender,
                        "/schemas/" + className,
                        "{\"className\":\"" + className + "\",\"fields\":{" + fields + "}}");
        assertThat(defined.status()).as("%s", defined).isEqualTo(200);
    }

    private static void deploy() {
        Reply deployed =
                server.upload(
                        Sender.master(),
                        "/micro-apps",
                        MicroAppSources.of("shop")
                                .withClass(
                                        "Cart",
                                        """
                                        @Function("cart") public final class Cart {
                                          public record Item(String sku, int count) {}
                                          public record Order(String id, List<Item> items) {}
                                          public record Part(String kind, List<Part> parts) {}
                                          public record Search(String id, Optional<String> word) {}
                                          /// Puts things into the cart.
                                          @CloudFunction("addItems")
                                          public Order add(Order order) { return order; }
                                          @Interface("clear") public void clear() {}
                                          @Interface("nest") public Part nest(Part part) { return part; }
                                          @Endpoint("/{id}")
                                          public List<Item> items(Search search) { return List.of(); }
                                          @Endpoint(value = "/orders/{id}", method = "PUT", keyless = true)
                                          public Order replace(Order order) { return order; }
                                          @Endpoint(value = "/hook", method = "POST")
                                          public HttpResponse hook(HttpRequest request) {
                                            return HttpResponse.text(200, "");
                                          }
                                          @Job("tidy") public void tidy() {}
                                        }
                                        """)
                                .zip());
        assertThat(deployed.status()).as("%s", deployed).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode general() {
        return server.get(new Sender(Map.of()), "/openapi.json").body();
    }

    private static JsonNode described() {
        Reply reply = server.get(Sender.readOnlyMaster(), "/app/openapi.json");
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        return reply.body();
    }

    private static JsonNode operation(String method, String path) {
        JsonNode found = described().path("paths").path(path).path(method);
        assertThat(found.isObject()).as(method + " " + path).isTrue();
        return found;
    }

    private static JsonNode shape(String name) {
        JsonNode found = described().path("components").path("schemas").path(name);
        assertThat(found.isObject()).as(name).isTrue();
        return found;
    }

    private static String bodyOf(JsonNode operation) {
        return reference(operation.path("requestBody"));
    }

    private static String reference(JsonNode message) {
        return message.at("/content/application~1json/schema/$ref")
                .asString("")
                .replace("#/components/schemas/", "");
    }

    @Test
    void hasEachOperationOfTheServerOnce() {
        Map<String, String> places = new HashMap<>();
        List<String> ids = new ArrayList<>();
        JsonNode description = general();
        for (var path : description.path("paths").properties()) {
            for (var each : path.getValue().properties()) {
                assertThat(METHODS).contains(each.getKey());
                String id = each.getValue().path("operationId").stringValue();
                ids.add(id);
                places.put(id, each.getKey() + " " + withoutNames(path.getKey()));
            }
        }
        assertThat(ids).doesNotHaveDuplicates();
        List<String> expected = new ArrayList<>();
        for (Operation each : server.operations()) {
            expected.add(each.id());
            assertThat(places.get(each.id()))
                    .as(each.id())
                    .isEqualTo(
                            each.method().name().toLowerCase(Locale.ROOT)
                                    + " "
                                    + withoutNames(each.path()));
        }
        expected.addAll(List.of("http.batch", "http.openapi", "http.app-openapi"));
        assertThat(ids).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static String withoutNames(String path) {
        return PARAMETER.matcher(path).replaceAll("{}");
    }

    @Test
    void refersToNothingThatItDoesNotSay() {
        for (JsonNode description : List.of(general(), described())) {
            Set<String> named = new HashSet<>();
            description.findValues("$ref").forEach(each -> named.add(each.stringValue()));
            assertThat(named)
                    .isNotEmpty()
                    .allMatch(each -> {
                        return each.startsWith("#/")
                                && !description.at(each.substring(1)).isMissingNode();
                    });
        }
    }

    /// A class `Included` has the shape `IncludedObject`.
    @Test
    void leavesTheNamesOfShapesToClasses() {
        assertThat(general().path("components").path("schemas").propertyNames())
                .filteredOn(each -> each.matches("[^_].*(Object|Create|Update|Created|Updated)"))
                .isEmpty();
    }

    @Test
    void needsAMasterKeyForWhatAnAppHas() {
        String session = server.signUp("reader").text("sessionToken");
        for (Sender each :
                List.of(
                        new Sender(Map.of()),
                        Sender.client(),
                        Sender.client().session(session),
                        Sender.of(TestServer.APP, "wrong"),
                        Sender.of(TestServer.OTHER_APP, TestServer.MASTER_KEY))) {
            Reply reply = server.get(each, "/app/openapi.json");
            assertThat(reply.status()).as("%s", reply).isEqualTo(403);
            assertThat(reply.body().toString()).doesNotContain("Note");
        }
    }

    @Test
    void saysNothingOfOtherApps() {
        String first = described().toString();
        String second =
                server.get(
                                Sender.of(TestServer.OTHER_APP, "second-master-key"),
                                "/app/openapi.json")
                        .body()
                        .toString();

        assertThat(first).contains("/classes/Note").doesNotContain("Confidential", "deal\"");
        assertThat(second)
                .contains("/classes/Confidential")
                .doesNotContain("Note", "nickname", "addItems");
        assertThat(general().toString())
                .doesNotContain("/classes/Note", "Confidential", "nickname", "addItems");
    }

    @Test
    void givesTheAddressThatClientsReach() {
        assertThat(described().at("/servers/0/url").stringValue())
                .isEqualTo("https://example.com/backend");
    }

    @Test
    void tellsTheShapesOfAClass() {
        assertThat(bodyOf(operation("post", "/classes/Note"))).isEqualTo("NoteCreate");
        assertThat(reference(operation("post", "/classes/Note").at("/responses/201")))
                .isEqualTo("NoteCreated");
        assertThat(bodyOf(operation("put", "/classes/Note/{objectId}"))).isEqualTo("NoteUpdate");
        assertThat(reference(operation("get", "/classes/Note/{objectId}").at("/responses/200")))
                .isEqualTo("NoteObject");
        assertThat(operation("get", "/scan/Note").toString()).contains("NoteObject");
        assertThat(shape("NoteCreate").path("required").toString()).isEqualTo("[\"title\"]");
        assertThat(shape("NoteUpdate").path("required").isMissingNode()).isTrue();
        assertThat(shape("NoteUpdate").at("/properties/score").toString())
                .contains("number", "IncrementOp", "DeleteOp");
        assertThat(shape("NoteUpdate").at("/properties/tags").toString())
                .contains("array", "AddOp", "AddUniqueOp", "RemoveOp");
        assertThat(shape("NoteUpdate").at("/properties/title").toString())
                .isEqualTo("{\"type\":\"string\"}");
        assertThat(shape("NoteObject").at("/properties/owner").toString())
                .contains("Pointer", "Included");
    }

    @Test
    void tellsTheFieldsOfUsersAndNeverAPasswordThatIsRead() {
        assertThat(bodyOf(operation("post", "/users"))).isEqualTo("_UserCreate");
        assertThat(shape("_UserCreate").path("properties").propertyNames())
                .contains("username", "password", "nickname");
        assertThat(shape("_UserObject").path("properties").propertyNames())
                .contains("username", "nickname", "sessionToken")
                .doesNotContain("password");
        assertThat(operation("post", "/login").toString()).contains("_UserObject");
    }

    @Test
    void reportsWhatFunctionsTakeAndReturn() {
        JsonNode add = operation("post", "/functions/addItems");
        assertThat(add.path("description").stringValue()).isEqualTo("Puts things into the cart.");
        assertThat(bodyOf(add)).isEqualTo("demo-shop-cart-add-input");
        assertThat(shape("demo-shop-cart-add-input").at("/properties/items/items/$ref").toString())
                .contains("demo-shop-cart-add-input-Item");
        assertThat(shape("demo-shop-cart-add-input-Item").path("required").toString())
                .isEqualTo("[\"sku\",\"count\"]");
        JsonNode answer = add.at("/responses/200/content/application~1json/schema");
        assertThat(answer.at("/properties/result/$ref").stringValue())
                .endsWith("/demo-shop-cart-add-output");
        assertThat(answer.path("required").toString()).isEqualTo("[\"result\"]");
    }

    @Test
    void reportsFunctionsWithoutInputOrWithTypesThatContainThemselves() {
        assertThat(operation("post", "/functions/demo-shop-cart-clear").has("requestBody"))
                .isFalse();
        assertThat(bodyOf(operation("post", "/functions/demo-shop-cart-nest")))
                .isEqualTo("demo-shop-cart-nest-input");
        assertThat(shape("demo-shop-cart-nest-input").at("/properties/parts/items/$ref").toString())
                .contains("/demo-shop-cart-nest-input\"");
    }

    @Test
    void reportsEndpointsByMethodAndPath() {
        JsonNode items = operation("get", "/web/{path}");
        assertThat(items.path("operationId").stringValue())
                .isEqualTo("functions.endpoint-demo-shop-cart-items");
        assertThat(items.at("/parameters/0/description").stringValue()).isEqualTo("Here: id.");
        assertThat(items.at("/parameters/2/name").stringValue()).isEqualTo("word");
        JsonNode replace = operation("put", "/web/orders/{id}");
        assertThat(shape(bodyOf(replace)).path("properties").propertyNames())
                .containsExactly("items");
        JsonNode keyless = operation("put", "/apps/" + TestServer.APP + "/web/orders/{id}");
        assertThat(keyless.path("security").isEmpty()).isTrue();
        assertThat(operation("post", "/web/hook").at("/responses/200/content").propertyNames())
                .containsExactly("*/*");
    }

    @Test
    void leavesOutWhatTheServerCallsItself() {
        assertThat(described().path("paths").toString()).doesNotContain("cart-tidy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/docs", "/v1/docs/", "/parse/api/docs", "/v1/docs?a=%7C"})
    void servesThePageWithAllItsFiles(String path) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + server.port() + path);
        HttpResponse<String> page = fetch(address);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "Content-Type")).startsWith("text/html");
        assertThat(header(page, "Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "http");

        List<String> links =
                LINK.matcher(page.body()).results().map(each -> each.group(1)).toList();
        assertThat(links).hasSize(5);
        for (String each : links) {
            HttpResponse<String> file = fetch(address.resolve(each));
            assertThat(file.statusCode()).as(each).isEqualTo(200);
            assertThat(header(file, "X-Content-Type-Options")).isEqualTo("nosniff");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "swagger-ui-bundle.js, text/javascript",
        "reference.js, text/javascript",
        "swagger-ui.css, text/css",
        "favicon-32x32.png, image/png",
        "page.html, application/json",
        "..%2Freference%2Fpage.html, application/json",
        "swagger-ui.js, application/json"
    })
    void servesTheFilesOfThePageAndNoOthers(String name, String contentType) throws Exception {
        HttpResponse<String> file =
                fetch(URI.create("http://127.0.0.1:" + server.port() + "/v1/docs/" + name));
        assertThat(header(file, "Content-Type")).startsWith(contentType);
        assertThat(file.statusCode()).isEqualTo(contentType.equals("application/json") ? 404 : 200);
    }

    @Test
    void compressesTheFilesOfThePage() throws Exception {
        var address = URI.create("http://127.0.0.1:" + server.port() + "/v1/docs/swagger-ui.css");
        HttpRequest request =
                HttpRequest.newBuilder(address).header("Accept-Encoding", "gzip").build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> sent =
                    client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            assertThat(header(sent, "Content-Encoding")).isEqualTo("gzip");
            var content = new GZIPInputStream(new ByteArrayInputStream(sent.body()));
            assertThat(new String(content.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(fetch(address).body());
        }
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static HttpResponse<String> fetch(URI address) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
