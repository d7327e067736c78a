package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class ApiDescriptionTest {
    private final ApiDescription api =
            new ApiDescription("Test", "What it is.", "http://127.0.0.1/v1");

    private static Operation.Builder get(String id, String path) {
        return Operation.get("test." + id, path).summary("Gets.");
    }

    private JsonNode at(String pointer) {
        return api.json().at(pointer);
    }

    @Test
    void givesOneNameToAParameterThatOperationsNameDifferently() {
        api.add(get("one", "/files/{appId}/{name*}").handle(_ -> Answer.ok(Json.object())));
        api.add(
                Operation.delete("test.two", "/files/{directory}/{name*}")
                        .summary("Deletes.")
                        .handle(_ -> Answer.ok(Json.object())));
        assertThat(at("/paths").propertyNames()).containsExactly("/files/{appId}/{name}");
        assertThat(at("/paths/~1files~1{appId}~1{name}/delete/parameters/0/name").stringValue())
                .isEqualTo("appId");
        assertThat(
                        at("/paths/~1files~1{appId}~1{name}/delete/parameters/0/description")
                                .stringValue())
                .isEqualTo("Here: directory.");
    }

    @Test
    void letsWhatOneAppHasTakeTheGeneralPlace() {
        var general = get("one", "/web/{path*}").handle(_ -> Answer.ok(Json.object()));
        api.add(general);
        api.put(general, "test.one-order", "/web/{id}", general.contract());
        assertThat(at("/paths").propertyNames()).containsExactly("/web/{path}");
        assertThat(at("/paths/~1web~1{path}/get/operationId").stringValue())
                .isEqualTo("test.one-order");
    }

    @Test
    void namesOnlyShapesThatSomethingRefersTo() {
        api.component("Whole", JsonSchema.object().with("part", JsonSchema.named("Part")));
        api.component("Part", JsonSchema.object());
        api.component("Unused", JsonSchema.object());
        api.add(
                get("one", "/x")
                        .output(JsonSchema.named("Whole"))
                        .handle(_ -> Answer.ok(Json.object())));
        assertThat(at("/components/schemas").propertyNames())
                .containsExactlyInAnyOrder("Error", "Whole", "Part");
        assertThat(at("/components/schemas/Part/additionalProperties").booleanValue()).isTrue();
    }

    @Test
    void saysWhatIsNotJson() {
        api.add(
                get("one", "/x")
                        .produces("text/event-stream")
                        .handle(_ -> Answer.ok(Json.object())));
        assertThat(at("/paths/~1x/get/responses/200/content").propertyNames())
                .containsExactly("text/event-stream");
    }

    @Test
    void sendsObjectsOfTheQueryStringAsJson() {
        api.component("Where", JsonSchema.object());
        api.add(
                get("one", "/x")
                        .query("where", JsonSchema.named("Where"), "Which.")
                        .handle(_ -> Answer.ok(Json.object())));
        assertThat(at("/paths/~1x/get/parameters/0/schema/contentSchema/$ref").stringValue())
                .isEqualTo("#/components/schemas/Where");
    }

    @Test
    void rejectsASecondOperationAtOnePlace() {
        api.add(get("one", "/x/{a}").handle(_ -> Answer.ok(Json.object())));
        var second = get("two", "/x/{b}").handle(_ -> Answer.ok(Json.object()));
        assertThatThrownBy(() -> api.add(second)).hasMessageContaining("/x/{a}");
    }

    @Test
    void describesParametersBodiesAnswersAndErrors() {
        api.add(
                Operation.post("test.make", "/things")
                        .summary("Makes a thing.")
                        .description("Of any kind.")
                        .access(Access.MASTER)
                        .query("where", JsonSchema.object(), "Which.")
                        .query("limit", JsonSchema.integer(), "How many.")
                        .header("X-Kind", "Its kind.")
                        .input(JsonSchema.object().requiring("size", JsonSchema.number()))
                        .output(201, JsonSchema.object().with("id", JsonSchema.string()))
                        .errors(ErrorCode.INVALID_QUERY, ErrorCode.OBJECT_NOT_FOUND)
                        .deprecated("Use /stuff.")
                        .handle(_ -> Answer.ok(Json.object())));
        var entry = at("/paths/~1things/post");
        assertThat(entry.path("operationId").stringValue()).isEqualTo("test.make");
        assertThat(entry.path("deprecated").booleanValue()).isTrue();
        assertThat(entry.path("description").stringValue())
                .isEqualTo("Of any kind.\n\nDeprecated: Use /stuff.");
        assertThat(entry.at("/parameters/0/schema/contentSchema/type").stringValue())
                .isEqualTo("object");
        assertThat(entry.at("/parameters/1/schema/type").stringValue()).isEqualTo("integer");
        assertThat(entry.at("/parameters/2/in").stringValue()).isEqualTo("header");
        assertThat(
                        entry.at("/requestBody/content/application~1json/schema/required/0")
                                .stringValue())
                .isEqualTo("size");
        assertThat(entry.at("/responses").propertyNames())
                .containsExactly("201", "400", "403", "404", "default");
        assertThat(entry.at("/responses/404/description").stringValue())
                .isEqualTo("Failed: 101 (OBJECT_NOT_FOUND).");
        assertThat(
                        entry.at("/responses/404/content/application~1json/examples/101/value/code")
                                .intValue())
                .isEqualTo(101);
        assertThat(
                        entry.at("/responses/403/content/application~1json/examples/UNAUTHORIZED")
                                .path("value")
                                .propertyNames())
                .containsExactly("error");
        assertThat(entry.at("/security/0").propertyNames()).containsExactly("app", "master");
        assertThat(entry.path("x-rialto-meter").stringValue()).isEqualTo("test.writes");
        assertThat(entry.path("x-rialto-cost").intValue()).isEqualTo(1);
        assertThat(entry.path("x-rialto-since").stringValue()).isEqualTo("1");
        assertThat(entry.has("x-rialto-events")).isFalse();
    }
}
