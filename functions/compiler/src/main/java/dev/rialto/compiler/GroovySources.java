package dev.rialto.compiler;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import groovy.lang.GroovyClassLoader;
import groovy.transform.CompileStatic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.tools.JavaFileObject;
import org.codehaus.groovy.GroovyBugError;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.control.CompilationFailedException;
import org.codehaus.groovy.control.CompilationUnit;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.codehaus.groovy.control.ErrorCollector;
import org.codehaus.groovy.control.MultipleCompilationErrorsException;
import org.codehaus.groovy.control.Phases;
import org.codehaus.groovy.control.customizers.ASTTransformationCustomizer;
import org.codehaus.groovy.control.messages.ExceptionMessage;
import org.codehaus.groovy.control.messages.Message;
import org.codehaus.groovy.control.messages.SimpleMessage;
import org.codehaus.groovy.control.messages.SyntaxErrorMessage;
import org.codehaus.groovy.tools.GroovyClass;
import org.codehaus.groovy.tools.javac.JavaAwareCompilationUnit;

/// Compiles Groovy, and Java together with it, in memory and statically. Safe for use by many
/// threads.
///
/// Java sees Groovy's classes as stubs, Groovy sees Java's compiled classes. See [GroovyRules] and
/// [GroovyView] for what keeps sources and libraries from running in the compiler.
final class GroovySources {
    private static final int MAX_PROBLEMS = 100;

    /// The folder that Java's compiler is told stubs are in.
    private static final String STUBS = "stubs";

    private final JavaSources java;
    private final Platform platform;

    GroovySources(JavaSources java, Platform platform) {
        this.java = java;
        this.platform = platform;
    }

    /// @return classes by their paths, Java's among them
    /// @throws RefusedException when it doesn't compile
    Map<String, byte[]> compile(
            Map<String, byte[]> groovySources,
            Map<String, byte[]> javaSources,
            List<ClassSet> classPath) {
        GroovyView view = GroovyView.ofProject(classPath);
        GroovyView tools = GroovyView.ofCompiler();
        Map<String, byte[]> classes = new TreeMap<>();
        CompilerConfiguration configuration = configuration();
        try (GroovyClassLoader seen = loader(view, configuration);
                GroovyClassLoader transforms = loader(tools, configuration)) {
            JavaAwareCompilationUnit unit =
                    new JavaAwareCompilationUnit(configuration, seen, transforms);
            unit.setCompilerFactory(_ ->
                    (_, running) -> {
                        Map<String, byte[]> found = compileJava(running, javaSources, classPath);
                        // With the stubs: Java's classes can be looked at only when there is
                        // what they name.
                        view.add(new ClassSet(found));
                        classes.putAll(found);
                        classes.keySet().removeAll(declared(running));
                    });
            groovySources.forEach((path, bytes) ->
                    unit.addSource(path, new String(bytes, StandardCharsets.UTF_8)));
            unit.addSources(
                    javaSources.keySet().stream().map(each -> "/" + each).toArray(String[]::new));
            compile(unit);
            for (GroovyClass each : unit.getClasses()) {
                classes.put(
                        each.getName().replace('.', '/') + ".class",
                        StaticGroovy.of(each.getBytes()));
            }
            return classes;
        } catch (IOException unclosed) {
            throw new java.io.UncheckedIOException(unclosed);
        }
    }

    private static void compile(CompilationUnit unit) {
        try {
            unit.compile(Phases.CLASS_GENERATION);
        } catch (MultipleCompilationErrorsException failed) {
            throw new RefusedException(problems(failed.getErrorCollector()));
        } catch (CompilationFailedException | GroovyBugError | LinkageError failed) {
            throw new RefusedException(
                    Problem.of("Groovy's compiler failed: " + failed.getMessage()));
        }
    }

    private Map<String, byte[]> compileJava(
            CompilationUnit unit, Map<String, byte[]> javaSources, List<ClassSet> classPath) {
        Map<String, byte[]> sources = new TreeMap<>(javaSources);
        for (JavaFileObject stub : unit.getJavaCompilationUnitSet()) {
            try {
                sources.put(
                        STUBS + stub.toUri().getPath(),
                        stub.getCharContent(true).toString().getBytes(StandardCharsets.UTF_8));
            } catch (IOException unreadable) {
                throw new java.io.UncheckedIOException(unreadable);
            }
        }
        List<ClassSet> all = new ArrayList<>(classPath);
        all.add(platform.groovy());
        try {
            return java.compile(sources, all, false);
        } catch (RefusedException refused) {
            throw new RefusedException(ofSources(refused.problems(), unit));
        }
    }

    /// Problems of stubs, which only this class knows, as ones of the Groovy classes that they
    /// stand for.
    private static List<Problem> ofSources(List<Problem> problems, CompilationUnit unit) {
        return problems.stream()
                .map(each -> each.file().startsWith(STUBS) ? ofSource(each, unit) : each)
                .distinct()
                .toList();
    }

    private static Problem ofSource(Problem problem, CompilationUnit unit) {
        String path = problem.file().substring(STUBS.length() + 1);
        String name = path.substring(0, path.length() - ".java".length()).replace('/', '.');
        return unit.getAST().getClasses().stream()
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .map(each ->
                        new Problem(
                                each.getModule().getDescription(),
                                Math.max(each.getLineNumber(), 0),
                                Math.max(each.getColumnNumber(), 0),
                                problem.message()))
                .orElseGet(() -> Problem.of(problem.message()));
    }

    /// The paths of all classes that Groovy's sources declare.
    private static Set<String> declared(CompilationUnit unit) {
        return unit.getAST().getClasses().stream()
                .map(ClassNode::getName)
                .map(each -> each.replace('.', '/') + ".class")
                .collect(Collectors.toSet());
    }

    private static CompilerConfiguration configuration() {
        CompilerConfiguration configuration = new CompilerConfiguration();
        configuration.setTargetBytecode(String.valueOf(Runtime.version().feature()));
        configuration.setParameters(true);
        configuration.setDebug(true);
        configuration.setTolerance(MAX_PROBLEMS);
        configuration.setSourceEncoding(StandardCharsets.UTF_8.name());
        configuration.setJointCompilationOptions(Map.of(CompilerConfiguration.MEM_STUB, true));
        configuration.setDisabledGlobalASTTransformations(
                Set.of("groovy.grape.GrabAnnotationTransformation"));
        // By loading classes, as what is read by other means stays in a cache of the whole server.
        configuration.getOptimizationOptions().put("asmResolving", false);
        // Casts as calls that an allow-list can name, in place of a bootstrap that can do anything.
        configuration.getOptimizationOptions().put("indy", false);
        configuration.addCompilationCustomizers(
                new GroovyRules(), new ASTTransformationCustomizer(CompileStatic.class));
        return configuration;
    }

    private static GroovyClassLoader loader(GroovyView view, CompilerConfiguration configuration) {
        GroovyClassLoader loader = new GroovyClassLoader(view, configuration, false);
        // Else it compiles sources that it finds in libraries.
        loader.setResourceLoader(_ -> null);
        return loader;
    }

    private static List<Problem> problems(ErrorCollector errors) {
        List<Problem> problems = new ArrayList<>();
        for (Message each : errors.getErrors()) {
            problems.add(
                    switch (each) {
                        case SyntaxErrorMessage syntax ->
                                new Problem(
                                        String.valueOf(syntax.getCause().getSourceLocator()),
                                        Math.max(syntax.getCause().getStartLine(), 0),
                                        Math.max(syntax.getCause().getStartColumn(), 0),
                                        syntax.getCause().getOriginalMessage().strip());
                        case SimpleMessage simple -> Problem.of(simple.getMessage());
                        case ExceptionMessage failure ->
                                Problem.of(String.valueOf(failure.getCause().getMessage()));
                        default -> Problem.of("Groovy's compiler rejects it");
                    });
        }
        return problems;
    }
}
