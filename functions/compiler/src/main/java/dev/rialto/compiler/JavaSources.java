package dev.rialto.compiler;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.sdk.processor.InterfaceProcessor;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticListener;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;

/// Compiles Java in this process and in memory. Safe for use by many threads.
final class JavaSources {
    private static final int MAX_PROBLEMS = 100;

    private static final List<String> OPTIONS =
            List.of(
                    "-g",
                    "-parameters",
                    "--limit-modules",
                    "java.se,jdk.unsupported",
                    "-nowarn",
                    "-Xlint:none",
                    "-implicit:none",
                    "-Xmaxerrs",
                    String.valueOf(MAX_PROBLEMS),
                    "--should-stop=ifError=FLOW");

    private final JavaCompiler compiler;
    private final JdkFiles jdk;

    JavaSources(JavaCompiler compiler, JdkFiles jdk) {
        this.compiler = compiler;
        this.jdk = jdk;
    }

    /// Compiles, and runs the SDK's annotation processor when it is wanted. No other ever runs.
    ///
    /// @param sources by their paths
    /// @return classes and resources by their paths
    /// @throws RefusedException when it doesn't compile
    Map<String, byte[]> compile(
            Map<String, byte[]> sources, List<ClassSet> classPath, boolean findingInterfaces) {
        return run(
                sources,
                List.of(),
                classPath,
                findingInterfaces ? List.of() : List.of("-proc:none"));
    }

    /// Runs the SDK's annotation processor over sources and classes that are compiled already.
    ///
    /// @param classes their names; they lie on the class path
    /// @return what it writes
    /// @throws RefusedException when something is wrong with what they expose
    Map<String, byte[]> findInterfaces(
            Map<String, byte[]> sources, Collection<String> classes, List<ClassSet> classPath) {
        return run(sources, classes, classPath, List.of("-proc:only"));
    }

    private Map<String, byte[]> run(
            Map<String, byte[]> sources,
            Collection<String> classes,
            List<ClassSet> classPath,
            List<String> more) {
        CompilationFiles files = new CompilationFiles(jdk, classPath);
        List<MemoryFile> units = new ArrayList<>();
        sources.forEach((path, bytes) ->
                units.add(new MemoryFile(path, JavaFileObject.Kind.SOURCE, bytes)));
        Problems problems = new Problems();
        List<String> options = new ArrayList<>(OPTIONS);
        options.addAll(more);
        JavaCompiler.CompilationTask task =
                compiler.getTask(new StringWriter(), files, problems, options, classes, units);
        task.setLocale(Locale.ROOT);
        if (!more.contains("-proc:none")) {
            task.setProcessors(List.of(new InterfaceProcessor()));
        }
        boolean compiled = task.call();
        if (!problems.found.isEmpty()) {
            throw new RefusedException(problems.found);
        }
        if (!compiled) {
            throw new RefusedException(
                    Problem.of(
                            "the sources are nested too deeply, or are too much for the Java"
                                    + " compiler"));
        }
        return files.written();
    }

    /// Keeps errors and drops warnings.
    private static final class Problems implements DiagnosticListener<JavaFileObject> {
        private final List<Problem> found = new ArrayList<>();

        @Override
        public void report(Diagnostic<? extends JavaFileObject> diagnostic) {
            if (diagnostic.getKind() != Diagnostic.Kind.ERROR || found.size() >= MAX_PROBLEMS) {
                return;
            }
            JavaFileObject source = diagnostic.getSource();
            found.add(
                    new Problem(
                            source == null ? "" : source.getName(),
                            (int) Math.max(diagnostic.getLineNumber(), 0),
                            (int) Math.max(diagnostic.getColumnNumber(), 0),
                            diagnostic.getMessage(Locale.ROOT)));
        }
    }
}
