package dev.rialto.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.RefusedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WasmProjectTest {
    private static WasmProject read(String interfaces, String more) {
        String descriptor =
                """
                {"name": "a", "domain": "b", "group": "c", "runtime": "wasm", "module": "a.wasm",
                 "interfaces": %s %s}
                """
                        .formatted(interfaces, more);
        return WasmProject.read(
                new Artifact(
                        Map.of(
                                Artifact.DESCRIPTOR,
                                descriptor.getBytes(StandardCharsets.UTF_8),
                                "a.wasm",
                                new byte[1],
                                "b.wasm",
                                new byte[1])));
    }

    private static void rejects(String because, String interfaces, String more) {
        assertThatThrownBy(() -> read(interfaces, more))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(because);
    }

    @Test
    void readsInterfacesWithTheirModuleAndExport() {
        WasmProject project =
                read(
                        """
                        [{"function": "f", "name": "usual", "limits": {"deadlineMillis": 50}},
                         {"function": "f", "name": "own", "module": "b.wasm", "export": "go",
                          "description": "Goes.", "access": "master",
                          "bindings": [{"kind": "job", "name": "go"}]}]
                        """,
                        "");

        var usual = project.descriptor().interfaces().getFirst();
        var own = project.descriptor().interfaces().getLast();
        assertThat(project.export(usual.target()))
                .isEqualTo(new WasmProject.Export("a.wasm", "_start"));
        assertThat(usual.limits().deadline()).contains(Duration.ofMillis(50));
        assertThat(project.export(own.target())).isEqualTo(new WasmProject.Export("b.wasm", "go"));
        assertThat(own.bindings()).containsExactly(new Binding.Job("go"));
        assertThat(own.description()).isEqualTo("Goes.");
        assertThat(project.descriptor().address(own)).isEqualTo("b-c-f-own");
    }

    @Test
    void rejectsWhatItDoesNotKnow() {
        String one = "[{\"function\": \"f\", \"name\": \"n\"}]";
        rejects("\"modul\" is not known", one, ", \"modul\": \"b.wasm\"");
        rejects(
                "n: \"memory\" is not known",
                "[{\"function\": \"f\", \"name\": \"n\", \"memory\": 1}]",
                "");
        rejects(
                "no module \"c.wasm\"",
                "[{\"function\": \"f\", \"name\": \"n\", \"module\": \"c.wasm\"}]",
                "");
        rejects("must be an array of 1 to 1000", "[]", "");
        rejects("an interface must be an object", "[1]", "");
        rejects("names without =", one, ", \"environment\": [\"a=b\"]");
        rejects(
                "not a trigger moment",
                """
                [{"function": "f", "name": "n",
                  "bindings": [{"kind": "trigger", "moment": "never", "className": "A"}]}]
                """,
                "");
        rejects(
                "the schedule \"often\"",
                """
                [{"function": "f", "name": "n",
                  "bindings": [{"kind": "schedule", "cron": "often", "zone": "UTC"}]}]
                """,
                "");
    }
}
