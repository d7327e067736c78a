package dev.rialto.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonSchemaTest {
    @Test
    void refersToOtherComponentsHoweverDeepTheReference() {
        var results =
                JsonSchema.object()
                        .requiring("results", JsonSchema.array(JsonSchema.named("Object")))
                        .with("error", JsonSchema.named("Error"));
        assertThat(results.referringTo(Map.of("Object", "NoteObject")))
                .isEqualTo(
                        JsonSchema.object()
                                .requiring(
                                        "results", JsonSchema.array(JsonSchema.named("NoteObject")))
                                .with("error", JsonSchema.named("Error")));
        assertThat(results.toString()).contains("/Object\"");
    }

    @Test
    void makesOneChoiceOfChoices() {
        var number = JsonSchema.anyOf(JsonSchema.number(), JsonSchema.named("Op"));
        assertThat(JsonSchema.anyOf(number, JsonSchema.string()))
                .isEqualTo(
                        JsonSchema.anyOf(
                                JsonSchema.number(), JsonSchema.named("Op"), JsonSchema.string()));
    }

    @Test
    void leavesTheSchemaThatItBeganWith() {
        var empty = JsonSchema.object();
        empty.with(Map.of("a", JsonSchema.string())).requiring(List.of("a")).open();
        assertThat(empty).isEqualTo(JsonSchema.object());
        assertThat(empty.requiring(List.of())).isEqualTo(empty);
    }
}
