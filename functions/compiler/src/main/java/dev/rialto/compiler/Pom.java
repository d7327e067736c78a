package dev.rialto.compiler;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// What is read of a project's pom.xml: the libraries it needs. Parents, profiles, plugins and
/// repositories are passed by: what they do is not done here.
///
/// @param path names it in problems
/// @param dependencies of scope compile and runtime, not optional, in their order
record Pom(String path, List<Dependency> dependencies) {
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]*)}");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]*");
    private static final String PROJECT = "project";

    /// A library.
    ///
    /// @param line where it stands in the pom
    record Dependency(String group, String artifact, String version, int line) {}

    /// @throws RefusedException when it can't be read
    static Pom read(String path, byte[] xml) {
        return new Reader(path).read(xml);
    }

    /// Goes through the file once; elements are known by their way from the root.
    private static final class Reader {
        private final String path;
        private final Map<String, String> properties = new HashMap<>();
        private final List<Raw> found = new ArrayList<>();
        private final List<Problem> problems = new ArrayList<>();

        private record Raw(Map<String, String> parts, int line) {
            String part(String name) {
                return parts.getOrDefault(name, "");
            }
        }

        Reader(String path) {
            this.path = path;
        }

        Pom read(byte[] xml) {
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            factory.setProperty(XMLInputFactory.IS_COALESCING, true);
            try {
                walk(factory.createXMLStreamReader(new ByteArrayInputStream(xml)), "", 0);
            } catch (XMLStreamException broken) {
                int line = broken.getLocation() == null ? 0 : broken.getLocation().getLineNumber();
                throw new RefusedException(
                        new Problem(path, Math.max(line, 0), 0, "is not well-formed XML"));
            }
            List<Dependency> dependencies = new ArrayList<>();
            for (Raw each : found) {
                add(each, dependencies);
            }
            if (!problems.isEmpty()) {
                throw new RefusedException(problems);
            }
            return new Pom(path, List.copyOf(dependencies));
        }

        private void walk(XMLStreamReader xml, String way, int depth) throws XMLStreamException {
            if (depth > 50) {
                throw new XMLStreamException("nested too deeply");
            }
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamConstants.END_ELEMENT) {
                    return;
                }
                if (event == XMLStreamConstants.START_ELEMENT) {
                    element(xml, way + "/" + xml.getLocalName(), depth);
                }
            }
        }

        private void element(XMLStreamReader xml, String way, int depth) throws XMLStreamException {
            String name = xml.getLocalName();
            switch (way) {
                case "/project/properties" -> properties.putAll(children(xml));
                case "/project/groupId", "/project/version", "/project/artifactId" ->
                        properties.put(PROJECT + "." + name, text(xml));
                case "/project/parent" ->
                        children(xml)
                                .forEach((key, value) ->
                                        properties.putIfAbsent(PROJECT + "." + key, value));
                case "/project/dependencies/dependency" -> {
                    int line = xml.getLocation().getLineNumber();
                    found.add(new Raw(children(xml), line));
                }
                default -> walk(xml, way, depth + 1);
            }
        }

        private void add(Raw raw, List<Dependency> to) {
            String scope = raw.part("scope");
            if (scope.equals("test")
                    || scope.equals("provided")
                    || raw.part("optional").equals("true")) {
                return;
            }
            String group = value(raw.part("groupId"));
            String artifact = value(raw.part("artifactId"));
            if (Platform.provides(group, artifact)) {
                return;
            }
            String type = raw.part("type");
            boolean plain = type.isEmpty() || type.equals("jar");
            if (!plain || !raw.part("classifier").isEmpty()) {
                problem(raw, group + ":" + artifact + " must be a plain jar, without classifier");
                return;
            }
            String version = value(raw.part("version"));
            if (!WORD.matcher(version).matches()) {
                problem(
                        raw,
                        group
                                + ":"
                                + artifact
                                + " needs an explicit version, such as 1.2.3: parents, managed"
                                + " versions and ranges are not supported");
                return;
            }
            if (!WORD.matcher(group).matches() || !WORD.matcher(artifact).matches()) {
                problem(raw, "a dependency needs a groupId and an artifactId");
                return;
            }
            to.add(new Dependency(group, artifact, version, raw.line));
        }

        private void problem(Raw raw, String message) {
            problems.add(new Problem(path, raw.line, 0, message));
        }

        /// With the pom's own properties put in, which may name others but not each other in turn.
        private String value(String text) {
            String value = text;
            for (int i = 0; i < 5 && value.contains("${") && value.length() < 200; i++) {
                value =
                        PROPERTY.matcher(value)
                                .replaceAll(each ->
                                        Matcher.quoteReplacement(
                                                properties.getOrDefault(each.group(1), "")));
            }
            return value;
        }

        private static Map<String, String> children(XMLStreamReader xml) throws XMLStreamException {
            Map<String, String> children = new HashMap<>();
            while (xml.next() != XMLStreamConstants.END_ELEMENT) {
                if (xml.isStartElement()) {
                    String name = xml.getLocalName();
                    children.put(name, text(xml));
                }
            }
            return children;
        }

        /// Only what stands directly in the element.
        private static String text(XMLStreamReader xml) throws XMLStreamException {
            StringBuilder text = new StringBuilder();
            int depth = 1;
            while (depth > 0) {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> depth++;
                    case XMLStreamConstants.END_ELEMENT -> depth--;
                    case XMLStreamConstants.CHARACTERS -> {
                        if (depth == 1) {
                            text.append(xml.getText());
                        }
                    }
                    default -> {}
                }
            }
            return text.toString().strip();
        }
    }
}
