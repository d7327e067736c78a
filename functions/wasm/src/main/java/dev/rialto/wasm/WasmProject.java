package dev.rialto.wasm;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.DeclaredProject;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// What a micro app of WebAssembly says of itself in its [Artifact#DESCRIPTOR]: like other micro
/// apps what it is, and in addition its interfaces, with the module and the export for each.
///
/// @param exports by the target of an interface
/// @param environment the names of the configuration's values that its code sees
record WasmProject(Descriptor descriptor, Map<String, Export> exports, List<String> environment) {
    private static final Set<String> KEYS = Set.of("module", "environment");
    private static final Set<String> INTERFACE_KEYS = Set.of("module", "export");

    /// A function of a module.
    ///
    /// @param module path in the project
    record Export(String module, String name) {
        String target() {
            return module + "#" + name;
        }
    }

    /// What is called for an interface.
    Export export(String target) {
        Export export = exports.get(target);
        if (export == null) {
            throw new IllegalArgumentException(target + " is not of this micro app");
        }
        return export;
    }

    /// @throws RefusedException with all that is wrong with it
    static WasmProject read(Artifact artifact) {
        var project = DeclaredProject.of(artifact, KEYS, INTERFACE_KEYS);
        String usual = project.whole().path("module").asString("");
        Map<String, Export> exports = new HashMap<>();
        for (ObjectNode each : project.interfaces()) {
            Export export =
                    new Export(
                            each.path("module").asString(usual),
                            each.path("export").asString(PreparedModule.START));
            if (!artifact.files().containsKey(export.module())) {
                project.problem(
                        Problem.shown(each.path("name").asString(""))
                                + ": the project has no module \""
                                + Problem.shown(export.module())
                                + "\"");
            }
            exports.put(export.target(), export);
            each.put("target", export.target());
        }
        List<String> environment = project.environment();
        return new WasmProject(project.descriptor(), exports, environment);
    }
}
