package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.http.Answer;
import dev.rialto.http.ApiDescription;
import dev.rialto.http.Operation;
import dev.rialto.kernel.Json;
import dev.rialto.sdk.processor.Declarations;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class InterfaceSchemasTest {
    private final ApiDescription api = new ApiDescription("Test", "", "http://127.0.0.1/v1");

    private InterfaceSchemas schemas(String input, String output) {
        return new InterfaceSchemas(
                "a-b-c-d",
                new InterfaceDescriptor(
                        "c",
                        "d",
                        "x#y",
                        InterfaceDescriptor.contract("", Json.read(input), Json.read(output)),
                        List.of(),
                        InterfaceDescriptor.Limits.USUAL,
                        Declarations.NONE),
                api);
    }

    /// The components that a function of these schemas brings.
    private JsonNode components(InterfaceSchemas schemas) {
        var operation =
                Operation.post("functions.call", "/functions/d")
                        .summary("Calls it.")
                        .input(schemas.input())
                        .output(schemas.result())
                        .handle(_ -> Answer.ok(Json.object()));
        api.put(operation, "x", "/functions/d", operation.contract());
        return api.json().path("components").path("schemas");
    }

    @Test
    void namesDefinitionsAfterTheAddress() {
        var all =
                components(
                        schemas(
                                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/A\"},"
                                        + "\"self\":{\"$ref\":\"#\"}},\"$defs\":{\"A\":{\"type\":\"string\"}}}",
                                "{}"));
        assertThat(all.propertyNames())
                .containsExactlyInAnyOrder("Error", "a-b-c-d-input", "a-b-c-d-input-A");
        assertThat(all.at("/a-b-c-d-input/properties/self/$ref").stringValue())
                .isEqualTo("#/components/schemas/a-b-c-d-input");
        assertThat(all.at("/a-b-c-d-input").has("$defs")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/schema.json",
                "file:///etc/passwd",
                "#/$defs/Missing",
                "#/$defs/a~1b",
                "#/components/schemas/Note",
                "//example.com"
            })
    void refersToNothingOutside(String reference) {
        var all =
                components(
                        schemas(
                                "{\"type\":\"object\",\"$id\":\"https://example.com/\",\"properties\":"
                                        + "{\"a\":{\"$ref\":\""
                                        + reference
                                        + "\"}},\"$defs\":{\"a/b\":{}}}",
                                "{\"$ref\":\"" + reference + "\"}"));
        assertThat(all.toString()).doesNotContain(reference, "example.com");
        assertThat(all.propertyNames())
                .containsExactlyInAnyOrder("Error", "a-b-c-d-input", "a-b-c-d-output");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1]",
                "true",
                "\"object\"",
                "{\"type\":{\"type\":[]},\"properties\":[],\"required\":{},\"$defs\":7}",
                "{\"$ref\":{},\"required\":[{}],\"$defs\":{\"A\":1}}"
            })
    void takesWhatIsNotASchemaForAnything(String schema) {
        var schemas = schemas(schema, schema);
        assertThat(components(schemas).isObject()).isTrue();
        assertThat(schemas.inputWithout(Set.of("id")).json().isObject()).isTrue();
    }

    @Test
    void givesEachSetOfPathParametersItsOwnBody() {
        var schemas =
                schemas(
                        "{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{}},\"required\":[\"a\",\"b\"]}",
                        "{}");
        assertThat(schemas.inputWithout(Set.of("a")))
                .isNotEqualTo(schemas.inputWithout(Set.of("b")))
                .isNotEqualTo(schemas.input());
    }

    @Test
    void leavesOutTheResultThatIsAlwaysNull() {
        assertThat(schemas("{\"type\":\"null\"}", "{\"type\":\"null\"}").result().json().toString())
                .isEqualTo("{\"type\":\"object\",\"additionalProperties\":false}");
        assertThat(
                        schemas("{}", "{\"type\":[\"string\",\"null\"]}")
                                .result()
                                .json()
                                .has("required"))
                .isFalse();
        assertThat(
                        schemas("{}", "{\"type\":\"string\"}")
                                .result()
                                .json()
                                .path("required")
                                .toString())
                .isEqualTo("[\"result\"]");
    }
}
