package dev.rialto.compiler;

import dev.rialto.runtime.spi.Problem;
import dev.rialto.runtime.spi.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticListener;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;

/// Compiles Java in this process and in memory. Safe for use by many threads.
final class JavaSources {
    private static final int MOST_PROBLEMS = 100;

    private static final List<String> OPTIONS =
            List.of(
                    "-g",
                    "-parameters",
                    "-nowarn",
                    "-Xlint:none",
                    "-implicit:none",
                    "-Xmaxerrs",
                    String.valueOf(MOST_PROBLEMS),
                    "--should-stop=ifError=FLOW");

    private final JavaCompiler compiler;
    private final JdkFiles jdk;

    JavaSources(JavaCompiler compiler, JdkFiles jdk) {
        this.compiler = compiler;
        this.jdk = jdk;
    }

    /// @param sources by their paths
    /// @param processors those to run, and none beside them
    /// @return classes and resources by their paths
    /// @throws RefusedException when it doesn't compile
    Map<String, byte[]> compile(
            Map<String, byte[]> sources, List<ClassSet> classPath, List<Processor> processors) {
        CompilationFiles files = new CompilationFiles(jdk, classPath);
        List<MemoryFile> units =
                sources.entrySet().stream()
                        .map(
                                each ->
                                        new MemoryFile(
                                                each.getKey(),
                                                JavaFileObject.Kind.SOURCE,
                                                each.getValue()))
                        .toList();
        Problems problems = new Problems();
        List<String> options = new ArrayList<>(OPTIONS);
        if (processors.isEmpty()) {
            options.add("-proc:none");
        }
        JavaCompiler.CompilationTask task =
                compiler.getTask(null, files, problems, options, null, units);
        task.setLocale(Locale.ROOT);
        if (!processors.isEmpty()) {
            task.setProcessors(processors);
        }
        boolean compiled = task.call();
        if (!problems.found.isEmpty()) {
            throw new RefusedException(problems.found);
        }
        if (!compiled) {
            throw new RefusedException(Problem.of("the Java compiler gave up without a reason"));
        }
        return files.written();
    }

    /// Keeps errors and drops warnings.
    private static final class Problems implements DiagnosticListener<JavaFileObject> {
        private final List<Problem> found = new ArrayList<>();

        @Override
        public void report(Diagnostic<? extends JavaFileObject> diagnostic) {
            if (diagnostic.getKind() != Diagnostic.Kind.ERROR || found.size() >= MOST_PROBLEMS) {
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
