package dev.rialto.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EntityTest {
    private static final Entity TEA =
            Entity.of("Product").with("name", "tea").with("price", 3L).with("gone", null);

    @Test
    void staysAsItIsWhenItIsChanged() {
        assertThat(TEA.with("name", "coffee").text("name")).contains("coffee");
        assertThat(TEA.without("name").has("name")).isFalse();
        assertThat(TEA.text("name")).contains("tea");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> TEA.fields().put("name", "coffee"));
    }

    @Test
    void doesNotSeeWhatBecomesOfTheMapItWasMadeFrom() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("a", 1L);
        Entity object = new Entity("A", "1", fields);
        fields.put("a", 2L);
        assertThat(object.number("a")).contains(1.0);
    }

    @Test
    void readsFieldsByTheirTypes() {
        var pointer = new Entity.Pointer("_User", "ann");
        Entity object =
                TEA.with("at", Instant.EPOCH)
                        .with("new", true)
                        .with("owner", pointer)
                        .with("tags", List.of("hot"));

        assertThat(object.number("price")).contains(3.0);
        assertThat(object.date("at")).contains(Instant.EPOCH);
        assertThat(object.truth("new")).contains(true);
        assertThat(object.pointer("owner")).contains(pointer);
        assertThat(object.list("tags")).hasToString("[hot]");
        assertThat(object.list("nothing")).isEmpty();
        assertThat(object.text("gone")).isEmpty();
        assertThat(object.has("gone")).isFalse();
        assertThat(new Entity("A", "1", Map.of()).pointer())
                .isEqualTo(new Entity.Pointer("A", "1"));
    }

    @Test
    void refusesToReadAFieldAsAnotherType() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TEA.number("name"))
                .withMessage("Product.name is not a Number but tea");
    }
}
