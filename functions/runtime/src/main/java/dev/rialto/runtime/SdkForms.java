package dev.rialto.runtime;

import dev.rialto.kernel.Json;
import dev.rialto.sdk.Change;
import dev.rialto.sdk.Deleting;
import dev.rialto.sdk.Entity;
import dev.rialto.sdk.Event;
import dev.rialto.sdk.Finding;
import dev.rialto.sdk.Found;
import dev.rialto.sdk.HttpRequest;
import dev.rialto.sdk.HttpResponse;
import dev.rialto.sdk.LoggingIn;
import dev.rialto.sdk.Query;
import dev.rialto.sdk.Saving;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The SDK's own types and their JSON forms: see docs/functions.md.
final class SdkForms {
    private static final Map<Class<?>, Function<JsonNode, @Nullable Object>> READERS =
            Map.of(
                    Saving.class, SdkForms::saving,
                    Deleting.class, wire -> new Deleting(WireForms.entity(wire.path("object"))),
                    Finding.class, SdkForms::finding,
                    Found.class, SdkForms::found,
                    LoggingIn.class, wire -> new LoggingIn(WireForms.entity(wire.path("user"))),
                    Change.class, SdkForms::change,
                    Event.class, SdkForms::event,
                    HttpRequest.class, SdkForms::request);

    private SdkForms() {}

    /// How a type is read: types of the SDK in their own form, others by their structure.
    static Function<JsonNode, @Nullable Object> reader(Class<?> type, Values values) {
        Function<JsonNode, @Nullable Object> own = READERS.get(type);
        return own == null ? values.reader(type) : own;
    }

    /// Whether a type is one of the SDK's that functions receive.
    static boolean isOwn(Class<?> type) {
        return READERS.containsKey(type);
    }

    private static Saving saving(JsonNode wire) {
        Set<String> changed = new HashSet<>();
        wire.path("changed").forEach(each -> changed.add(each.asString("")));
        return new Saving(WireForms.entity(wire.path("object")), original(wire), changed);
    }

    private static Finding finding(JsonNode wire) {
        return new Finding(query(wire.path("query")), wire.path("single").asBoolean(false));
    }

    private static Found found(JsonNode wire) {
        return new Found(
                wire.path("className").asString(""), WireForms.entities(wire.path("objects")));
    }

    private static Change change(JsonNode wire) {
        return new Change(
                Change.Kind.valueOf(wire.path("kind").asString("").toUpperCase(Locale.ROOT)),
                wire.path("position").asLong(0),
                WireForms.entity(wire.path("object")),
                original(wire));
    }

    private static Event event(JsonNode wire) {
        return new Event(
                wire.path("id").asString(""),
                wire.path("topic").asString(""),
                Instant.parse(wire.path("publishedAt").asString("")),
                WireForms.read(wire.path("payload")));
    }

    private static HttpRequest request(JsonNode wire) {
        return new HttpRequest(
                wire.path("method").asString(""),
                wire.path("url").asString(""),
                wire.path("path").asString(""),
                texts(wire.path("parameters")),
                texts(wire.path("headers")),
                Base64.getDecoder().decode(wire.path("body").asString("")));
    }

    private static Optional<Entity> original(JsonNode wire) {
        JsonNode original = wire.path("original");
        return original.isObject() ? Optional.of(WireForms.entity(original)) : Optional.empty();
    }

    private static Map<String, String> texts(JsonNode wire) {
        Map<String, String> texts = new LinkedHashMap<>();
        wire.properties().forEach(each -> texts.put(each.getKey(), each.getValue().asString("")));
        return texts;
    }

    @SuppressWarnings("NullAway") // it does not see that the values of a Query may be null
    static Query query(JsonNode wire) {
        return new Query(
                wire.path("className").asString(""),
                WireForms.map(wire.path("where")),
                names(wire.path("order")),
                names(wire.path("include")),
                names(wire.path("keys")),
                wire.path("skip").asInt(0),
                wire.path("limit").asInt(-1));
    }

    private static List<String> names(JsonNode wire) {
        List<String> names = new ArrayList<>();
        wire.forEach(each -> names.add(each.asString("")));
        return names;
    }

    static ObjectNode query(Query query, Values values) {
        ObjectNode wire = Json.object().put("className", query.className());
        wire.set("where", values.write(query.where()));
        wire.set("order", array(query.order()));
        wire.set("include", array(query.include()));
        wire.set("keys", array(query.keys()));
        wire.put("skip", query.skip());
        return query.limit() < 0 ? wire : wire.put("limit", query.limit());
    }

    /// The head of a response, with its body unless that is a stream.
    static ObjectNode response(HttpResponse response, Values values) {
        ObjectNode wire = Json.object().put("status", response.status());
        ObjectNode headers = wire.putObject("headers");
        response.headers().forEach(headers::put);
        switch (response.content()) {
            case HttpResponse.Content.Json(var value) -> wire.set("json", values.write(value));
            case HttpResponse.Content.Bytes(byte[] bytes) -> {
                values.room().value(bytes.length);
                wire.put("bytes", Base64.getEncoder().encodeToString(bytes));
            }
            case HttpResponse.Content.Stream _ -> wire.put("stream", true);
        }
        return wire;
    }

    private static ArrayNode array(List<String> names) {
        ArrayNode array = Json.nodes().arrayNode();
        names.forEach(array::add);
        return array;
    }
}
