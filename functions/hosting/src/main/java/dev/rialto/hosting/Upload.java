package dev.rialto.hosting;

import dev.rialto.compiler.CompilerSettings;
import dev.rialto.compiler.Project;
import dev.rialto.compiler.ProjectCompiler;
import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is sent to be deployed, and how it becomes an artifact: sources of a Maven project are
/// compiled, a jar is taken as it is, JavaScript is run from its sources, of WebAssembly the
/// modules are taken, and of a command all files.
final class Upload {
    private static final String NODE = "node";
    private static final String WASM = "wasm";
    private static final String ISOLATED = "isolated";
    private static final String MODULE_ENDING = ".wasm";

    private final ProjectCompiler compiler;
    private final CompilerSettings.Limits limits;

    Upload(ProjectCompiler compiler, CompilerSettings.Limits limits) {
        this.compiler = compiler;
        this.limits = limits;
    }

    /// @param name what to call a folder of JavaScript that doesn't say it itself
    /// @throws RefusedException with all that is wrong with it
    Artifact artifact(byte[] zip, String name) {
        if (isJar(zip)) {
            return compiler.ofJar(zip);
        }
        Map<String, byte[]> files = read(() -> Project.unzipped(stream(zip), limits));
        JsonNode described = described(files);
        String runtime = described.path("runtime").asString("");
        if (runtime.equals(WASM)) {
            return webAssembly(files);
        }
        if (runtime.equals(ISOLATED) && described.has("image")) {
            return new Artifact(files);
        }
        if (described.has("image")) {
            throw refused("an \"image\" needs \"runtime\": \"isolated\"");
        }
        if (files.containsKey("main.js") || files.containsKey("cloud/main.js")) {
            return javaScript(files, name);
        }
        Project project = read(() -> Project.ofZip(stream(zip), limits));
        if (project.files().containsKey("pom.xml")) {
            return compiler.compile(project);
        }
        throw new RefusedException(
                Problem.of(
                        "this is not a micro app: it has neither a pom.xml nor a main.js, nor a"
                                + " micro-app.json with \"runtime\": \"wasm\" or an \"image\", nor is it a jar"
                                + " with "
                                + Artifact.INTERFACES));
    }

    /// A jar has class files or says what it exposes; it may be larger than sources.
    private static boolean isJar(byte[] zip) {
        try (var in = new ZipInputStream(stream(zip))) {
            for (ZipEntry each = in.getNextEntry(); each != null; each = in.getNextEntry()) {
                String path = each.getName();
                if (path.endsWith(".class") || path.equals(Artifact.INTERFACES)) {
                    return true;
                }
            }
            return false;
        } catch (IOException _) {
            throw noZip();
        }
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T read(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException _) {
            throw noZip();
        }
    }

    private static RefusedException noZip() {
        return new RefusedException(Problem.of("this is not a zip archive, or it is damaged"));
    }

    private static InputStream stream(byte[] zip) {
        return new ByteArrayInputStream(zip);
    }

    /// The descriptor of what is not compiled; empty if it can't be read.
    private static JsonNode described(Map<String, byte[]> files) {
        byte[] descriptor = files.get(Artifact.DESCRIPTOR);
        if (descriptor == null || files.containsKey("pom.xml")) {
            return Json.object();
        }
        try {
            return Json.read(descriptor);
        } catch (JacksonException unreadable) {
            // Other kinds of micro apps say so.
            return Json.object();
        }
    }

    /// Sources are not needed to run it.
    private static Artifact webAssembly(Map<String, byte[]> files) {
        Map<String, byte[]> kept = new HashMap<>(files);
        kept.keySet()
                .removeIf(
                        each -> !each.equals(Artifact.DESCRIPTOR) && !each.endsWith(MODULE_ENDING));
        return new Artifact(kept);
    }

    private static Artifact javaScript(Map<String, byte[]> files, String name) {
        Map<String, byte[]> described = new HashMap<>(files);
        described.merge(
                Artifact.DESCRIPTOR,
                bytes(
                        Json.object()
                                .put("name", name)
                                .put("domain", "app")
                                .put("group", "cloud")
                                .put("runtime", NODE)),
                (given, _) -> ofNode(given));
        return new Artifact(described);
    }

    /// The descriptor of cloud code, which always runs in processes of its own.
    private static byte[] ofNode(byte[] descriptor) {
        try {
            JsonNode given = Json.read(descriptor);
            String runtime = given.path("runtime").asString("");
            if (runtime.equals(NODE)) {
                return descriptor;
            }
            if (given instanceof ObjectNode fields && runtime.equals(ISOLATED)) {
                return bytes(fields.put("runtime", NODE));
            }
            throw refused(
                    "JavaScript runs in \"runtime\": \""
                            + NODE
                            + "\" or \""
                            + ISOLATED
                            + "\", which are the same for it");
        } catch (JacksonException unreadable) {
            throw refused("is not valid JSON: see line " + unreadable.getLocation().getLineNr());
        }
    }

    private static byte[] bytes(ObjectNode descriptor) {
        return Json.write(descriptor).getBytes(StandardCharsets.UTF_8);
    }

    private static RefusedException refused(String message) {
        return new RefusedException(new Problem(Artifact.DESCRIPTOR, 0, 0, message));
    }
}
