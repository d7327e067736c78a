package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.compiler.CompilerSettings;
import dev.rialto.compiler.ProjectCompiler;
import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// JavaScript runs in Node.js, whatever its descriptor calls that.
class UploadedCloudCodeTest {
    @TempDir private Path data;

    @ParameterizedTest
    @ValueSource(strings = {"node", "isolated"})
    void runsInProcessesOfItsOwn(String runtime) throws IOException {
        Artifact artifact =
                uploaded(
                        Map.of(
                                "main.js",
                                "Parse.Cloud.define('a', () => 1);",
                                Artifact.DESCRIPTOR,
                                "{\"name\":\"games\",\"scale\":{\"instances\":2},\"runtime\":\""
                                        + runtime
                                        + "\"}"));
        assertThat(Descriptor.runtime(artifact)).isEqualTo("node");
        assertThat(Descriptor.name(artifact)).isEqualTo("games");
        assertThat(new String(artifact.files().get(Artifact.DESCRIPTOR), StandardCharsets.UTF_8))
                .contains("\"scale\":{\"instances\":2}");
    }

    @Test
    void needsNoDescriptor() throws IOException {
        Artifact artifact = uploaded(Map.of("cloud/main.js", ""));
        assertThat(Descriptor.runtime(artifact)).isEqualTo("node");
        assertThat(Descriptor.name(artifact)).isEqualTo("usual");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"runtime\":\"shared\"}", "{}", "[]", "{\"runtime\":3}"})
    void runsNowhereElse(String descriptor) {
        assertThatThrownBy(() -> uploaded(Map.of("main.js", "", Artifact.DESCRIPTOR, descriptor)))
                .isInstanceOf(RefusedException.class)
                .hasMessage(
                        "micro-app.json: JavaScript runs in \"runtime\": \"node\" or \"isolated\","
                                + " which are the same for it");
    }

    private Artifact uploaded(Map<String, String> files) throws IOException {
        CompilerSettings settings = CompilerSettings.defaults(data);
        try (var compiler = new ProjectCompiler(settings)) {
            return new Upload(compiler, settings.limits()).artifact(zip(files), "usual");
        }
    }

    private static byte[] zip(Map<String, String> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var each : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
