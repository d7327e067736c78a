package dev.rialto.sdk.processor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeSchemasTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    boolean | {"type":"boolean"}
                    int | {"type":"integer","format":"int32"}
                    Long | {"type":"integer","format":"int64"}
                    double | {"type":"number"}
                    java.math.BigDecimal | {"type":"number"}
                    String | {"type":"string"}
                    java.time.Instant | {"type":"string","format":"date-time"}
                    java.time.LocalDate | {"type":"string","format":"date"}
                    byte[] | {"type":"string","contentEncoding":"base64"}
                    int[] | {"type":"array","items":{"type":"integer","format":"int32"}}
                    List<String> | {"type":"array","items":{"type":"string"}}
                    Set<? extends Number> | {"type":"array","items":{"type":"number"},"uniqueItems":true}
                    List<?> | {"type":"array","items":{}}
                    Map<String, List<Long>> | {"type":"object","additionalProperties":{"type":"array","items":{"type":"integer","format":"int64"}}}
                    Map<String, Object> | {"type":"object","additionalProperties":{}}
                    Optional<List<String>> | {"type":["array","null"],"items":{"type":"string"}}
                    OptionalInt | {"type":["integer","null"]}
                    Object | {}
                    void | {"type":"null"}
                    Entity | {"title":"Entity","type":"object"}
                    HttpResponse | {"title":"HttpResponse","format":"http-response"}
                    """)
    void describesTypesOfTheJdkAndTheSdk(String type, String schema) {
        String body = type.equals("void") ? "{}" : "{ throw new RuntimeException(); }";
        assertThat(output("@Interface public " + type + " one() " + body)).isEqualTo(schema);
    }

    @Test
    void putsWhatIsNestedIntoDefinitionsOnce() {
        assertThat(
                        output(
                                "public record Out(Line first, List<Line> others, Color color) {}",
                                "public record Line(int n) {}",
                                "public enum Color { RED, GREEN }",
                                "@Interface public Out one() { return null; }"))
                .isEqualTo(
                        "{\"title\":\"Out\",\"type\":\"object\",\"properties\":{"
                                + "\"first\":{\"$ref\":\"#/$defs/Line\"},"
                                + "\"others\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/Line\"}},"
                                + "\"color\":{\"$ref\":\"#/$defs/Color\"}},"
                                + "\"required\":[\"first\",\"others\",\"color\"],"
                                + "\"$defs\":{\"Line\":{\"title\":\"Line\",\"type\":\"object\","
                                + "\"properties\":{\"n\":{\"type\":\"integer\",\"format\":\"int32\"}},"
                                + "\"required\":[\"n\"]},"
                                + "\"Color\":{\"title\":\"Color\",\"type\":\"string\","
                                + "\"enum\":[\"RED\",\"GREEN\"]}}}");
    }

    @Test
    void describesTypesThatContainThemselves() {
        assertThat(
                        output(
                                "public record Tree(String name, List<Tree> children) {}",
                                "@Interface public Tree one() { return null; }"))
                .contains("\"children\":{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}");
    }

    @Test
    void describesSealedInterfacesAsOneOfTheirRecords() {
        assertThat(
                        output(
                                "public sealed interface Shape {}",
                                "public record Circle(double radius) implements Shape {}",
                                "public record Group(List<Shape> inner) implements Shape {}",
                                "@Interface public Shape one() { return null; }"))
                .startsWith(
                        "{\"title\":\"Shape\",\"oneOf\":[{\"$ref\":\"#/$defs/Circle\"},"
                                + "{\"$ref\":\"#/$defs/Group\"}]")
                .contains("\"inner\":{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}");
    }

    @Test
    void doesNotRequireWhatMayBeNull() {
        assertThat(
                        output(
                                "@java.lang.annotation.Target(java.lang.annotation.ElementType"
                                        + ".TYPE_USE) public @interface Nullable {}",
                                "public record Out(@Nullable String a, @Nullable Line b,"
                                        + " List<@Nullable String> c) {}",
                                "public record Line() {}",
                                "@Interface public Out one() { return null; }"))
                .contains(
                        "\"a\":{\"type\":[\"string\",\"null\"]}",
                        "\"b\":{\"anyOf\":[{\"$ref\":\"#/$defs/Line\"},{\"type\":\"null\"}]}",
                        "\"c\":{\"type\":\"array\",\"items\":{\"type\":[\"string\",\"null\"]}}",
                        "\"required\":[\"c\"]");
    }

    @Test
    void fillsInTypeVariables() {
        assertThat(
                        output(
                                "public record Page<T>(List<T> items, Optional<Page<T>> next) {}",
                                "public record Both(Page<String> a, Page<Long> b) {}",
                                "@Interface public Both one() { return null; }"))
                .contains(
                        "\"a\":{\"$ref\":\"#/$defs/Page\"},\"b\":{\"$ref\":\"#/$defs/Page2\"}",
                        "\"items\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
                                + "\"next\":{\"anyOf\":[{\"$ref\":\"#/$defs/Page\"}",
                        "\"items\":{\"type\":\"integer\",\"format\":\"int64\"}},"
                                + "\"next\":{\"anyOf\":[{\"$ref\":\"#/$defs/Page2\"}");
    }

    @Test
    void escapesWhatJsonEscapes() {
        assertThat(JsonText.of(java.util.List.of("a\"b\\c\n\t\u0001\ud800é")))
                .isEqualTo("[\n  \"a\\\"b\\\\c\\n\\t\\u0001\\ud800é\"\n]");
    }

    /// The output's schema of the only interface, without white space.
    private static String output(String... lines) {
        Compiled compiled = InterfaceProcessorTest.inClass(lines);
        assertThat(compiled.errors()).isEmpty();
        String text = compiled.interfaces().replaceAll("\\s+", "");
        int from = text.indexOf("\"output\":") + "\"output\":".length();
        return text.substring(from, text.indexOf(",\"bindings\":"));
    }
}
