package dev.rialto.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.model.ClassPermissions;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.spi.ClassRules;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HiddenFieldsTest {
    private static final ClassSchema VAULT =
            new ClassSchema(
                    "Vault",
                    Collections.emptySortedMap(),
                    new ClassPermissions(
                            Map.of(),
                            List.of(),
                            List.of(),
                            Map.of("*", Set.of("shield")),
                            Json.object()),
                    Collections.emptySortedMap(),
                    1);

    /// Keeps the field `code` from everybody but the master key.
    private static final class VaultRules implements ClassRules {
        @Override
        public String className() {
            return "Vault";
        }

        @Override
        public Map<String, Field> fields() {
            return Map.of();
        }

        @Override
        public Set<String> secretFields(Caller caller) {
            return caller.seesEverything() ? Set.of() : Set.of("code");
        }
    }

    @Test
    void bothThePermissionsAndTheRulesOfAClassHide() {
        var hidden = HiddenFields.of(VAULT, new Caller.Anonymous(), new VaultRules());

        assertThat(hidden.mayHide("shield")).isTrue();
        assertThat(hidden.mayHide("code")).isTrue();
        assertThat(hidden.mayHide("name")).isFalse();
    }

    @Test
    void theMasterKeySeesAll() {
        var hidden = HiddenFields.of(VAULT, new Caller.Master(), new VaultRules());

        assertThat(hidden.mayHide("shield")).isFalse();
        assertThat(hidden.mayHide("code")).isFalse();
    }
}
