package dev.rialto.sdk.processor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// What came of compiling sources with the processor, all in memory.
///
/// @param interfaces the text of the file; empty when there is none
/// @param errors `line: message`
/// @param warnings `line: message`
record Compiled(String interfaces, List<String> errors, List<String> warnings) {
    private static final Pattern PACKAGE = Pattern.compile("package ([\\w.]+);");
    private static final Pattern TYPE =
            Pattern.compile("\\b(?:class|record|enum|interface) (\\w+)");

    static Compiled of(String... sources) {
        var diagnostics = new DiagnosticCollector<JavaFileObject>();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager standard =
                compiler.getStandardFileManager(diagnostics, Locale.ROOT, StandardCharsets.UTF_8)) {
            var memory = new Memory(standard);
            List<Source> units = new ArrayList<>();
            for (String each : sources) {
                units.add(new Source(name(each), each));
            }
            var task =
                    compiler.getTask(
                            null,
                            memory,
                            diagnostics,
                            List.of("-parameters", "-Xlint:-options"),
                            null,
                            units);
            task.setProcessors(List.of(new InterfaceProcessor()));
            task.call();
            Written written = memory.written.get(InterfacesFile.PATH);
            return new Compiled(
                    written == null ? "" : written.text(),
                    lines(diagnostics, Diagnostic.Kind.ERROR),
                    lines(diagnostics, Diagnostic.Kind.WARNING));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<String> lines(
            DiagnosticCollector<JavaFileObject> diagnostics, Diagnostic.Kind kind) {
        return diagnostics.getDiagnostics().stream()
                .filter(each -> each.getKind() == kind)
                .map(each -> each.getLineNumber() + ": " + each.getMessage(Locale.ROOT))
                .toList();
    }

    private static String name(String source) {
        Matcher in = PACKAGE.matcher(source);
        Matcher type = TYPE.matcher(source);
        if (!type.find()) {
            throw new IllegalArgumentException("no type in " + source);
        }
        return (in.find() ? in.group(1).replace('.', '/') + "/" : "") + type.group(1);
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("memory:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Written extends SimpleJavaFileObject {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Written(String name, Kind kind) {
            super(URI.create("memory:///" + name), kind);
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    private static final class Memory extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final Map<String, Written> written = new HashMap<>();

        Memory(StandardJavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                JavaFileManager.Location location,
                String className,
                JavaFileObject.Kind kind,
                @Nullable FileObject sibling) {
            return written.computeIfAbsent(className, name -> new Written(name, kind));
        }

        @Override
        public FileObject getFileForOutput(
                JavaFileManager.Location location,
                String packageName,
                String relativeName,
                @Nullable FileObject sibling) {
            return written.computeIfAbsent(
                    relativeName, name -> new Written(name, JavaFileObject.Kind.OTHER));
        }
    }
}
