package dev.rialto.compiler;

import dev.rialto.runtime.spi.Artifact;
import dev.rialto.runtime.spi.Problem;
import dev.rialto.runtime.spi.RefusedException;
import dev.rialto.sdk.processor.InterfaceProcessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// Turns the sources of micro apps into artifacts. Safe for use by many threads.
public final class ProjectCompiler implements AutoCloseable {
    private final CompilerSettings settings;
    private final CompileThreads threads;
    private final JdkFiles jdk;
    private final Platform platform = new Platform();
    private final JavaSources java;

    /// @throws IllegalStateException when it runs on a Java without a compiler
    public ProjectCompiler(CompilerSettings settings) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("functions need a JDK, this is a Java without compiler");
        }
        this.settings = settings;
        this.threads = new CompileThreads(settings.limits());
        this.jdk = new JdkFiles(compiler);
        this.java = new JavaSources(compiler, jdk);
    }

    /// Compiles a project.
    ///
    /// @throws RefusedException when something is wrong with it
    public Artifact compile(Project project) {
        project.check(settings.limits());
        return threads.run(() -> artifact(project));
    }

    private Artifact artifact(Project project) {
        Map<String, byte[]> classes =
                java.compile(
                        project.below(Project.JAVA, ".java"),
                        platform.sdk(),
                        List.of(new InterfaceProcessor()));
        return new Artifact(classes);
    }

    @Override
    public void close() {
        try {
            jdk.close();
        } catch (IOException unclosed) {
            throw new UncheckedIOException(unclosed);
        }
    }
}
