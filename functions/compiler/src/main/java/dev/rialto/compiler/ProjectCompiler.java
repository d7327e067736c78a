package dev.rialto.compiler;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/// Turns the sources of micro apps into artifacts. Safe for use by many threads.
public final class ProjectCompiler implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ProjectCompiler.class.getName());
    private static final Pattern POM = Pattern.compile("META-INF/maven/[^/]+/[^/]+/pom\\.xml");

    private final CompilerSettings settings;
    private final CompileThreads threads;
    private final Libraries libraries;
    private final JdkFiles jdk;
    private final Platform platform = new Platform();
    private final JavaSources java;
    private final GroovySources groovy;

    /// @throws IllegalStateException when it runs on a Java without a compiler
    public ProjectCompiler(CompilerSettings settings) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("functions need a JDK; this Java has no compiler");
        }
        this.settings = settings;
        this.threads = new CompileThreads(settings.limits());
        this.libraries = new Libraries(settings);
        this.jdk = new JdkFiles(compiler);
        this.java = new JavaSources(compiler, jdk);
        this.groovy = new GroovySources(java, platform);
    }

    /// Compiles a project.
    ///
    /// @throws RefusedException when something is wrong with it
    /// @throws dev.rialto.kernel.RialtoException when too much is compiled at once
    public Artifact compile(Project project) {
        project.check(settings.limits());
        byte[] xml = project.files().get(Project.POM);
        LibraryFiles brought =
                xml == null ? LibraryFiles.nothing() : libraries.files(Pom.read(Project.POM, xml));
        return threads.run(() -> compile(project, brought));
    }

    /// Takes a jar that was built elsewhere. Its libraries are in it, or are fetched as its
    /// `META-INF/maven/GROUP/ARTIFACT/pom.xml` says; when there are several of these, the libraries
    /// are taken to be in it.
    ///
    /// @throws RefusedException when something is wrong with it
    /// @throws dev.rialto.kernel.RialtoException when too much is compiled at once
    public Artifact ofJar(byte[] jar) {
        CompilerSettings.Limits limits = settings.limits();
        Map<String, byte[]> all;
        try {
            all =
                    new Archive("the jar", limits.artifactFiles(), limits.artifactSize())
                            .read(new ByteArrayInputStream(jar), _ -> true);
        } catch (IOException broken) {
            throw new RefusedException(Problem.of("the jar can't be read: " + broken.getMessage()));
        }
        List<Map.Entry<String, byte[]>> poms =
                all.entrySet().stream()
                        .filter(each -> POM.matcher(each.getKey()).matches())
                        .toList();
        LibraryFiles brought =
                poms.size() == 1
                        ? libraries.files(
                                Pom.read(poms.getFirst().getKey(), poms.getFirst().getValue()))
                        : LibraryFiles.nothing();
        Map<String, byte[]> own = new TreeMap<>(Jar.files(all));
        if (!own.containsKey(Artifact.INTERFACES)) {
            own.putAll(threads.run(() -> interfaces(Map.of(), own, brought.files())));
        }
        return new Parts().libraries(brought).classes(own).artifact(limits);
    }

    /// Compiles something small, without waiting for it, so that the first deploy is as fast as
    /// those that follow.
    @SuppressWarnings("ThreadPriorityCheck") // courtesy, not correctness, is what depends on it
    public void warm() {
        Thread.ofPlatform()
                .daemon()
                .name("compile-warm")
                .priority(Thread.MIN_PRIORITY)
                .start(this::warmNow);
    }

    /// How many compilations were given up and still run.
    public int stuck() {
        return threads.stuck();
    }

    private void warmNow() {
        try {
            for (int i = 0; i < 10; i++) {
                compile(WarmUp.project());
            }
        } catch (RuntimeException failed) {
            LOG.log(Level.WARNING, "can't warm up the compiler", failed);
        }
    }

    private Artifact compile(Project project, LibraryFiles brought) {
        Map<String, byte[]> javaSources = project.below(Project.JAVA, ".java");
        Map<String, byte[]> groovySources = project.below(Project.GROOVY, ".groovy");
        if (javaSources.isEmpty() && groovySources.isEmpty()) {
            throw new RefusedException(
                    Problem.of(
                            "there is nothing to compile: Java is expected below "
                                    + Project.JAVA
                                    + ", Groovy below "
                                    + Project.GROOVY));
        }
        Parts parts = new Parts().libraries(brought).resources(project);
        List<ClassSet> classPath = classPath(brought.files());
        if (groovySources.isEmpty()) {
            parts.classes(java.compile(javaSources, classPath, true));
        } else {
            Map<String, byte[]> classes = groovy.compile(groovySources, javaSources, classPath);
            parts.classes(classes).found(interfaces(javaSources, classes, brought.files()));
        }
        return parts.artifact(settings.limits());
    }

    private Map<String, byte[]> interfaces(
            Map<String, byte[]> sources, Map<String, byte[]> own, Map<String, byte[]> brought) {
        Set<String> names = new TreeSet<>();
        boolean groovyNamed = false;
        for (var each : own.entrySet()) {
            if (each.getKey().endsWith(".class")) {
                if (names(each.getValue(), "Ldev/rialto/sdk/")) {
                    names.add(outermost(each.getKey(), own));
                }
                groovyNamed |= names(each.getValue(), "groovy/lang/");
            }
        }
        if (names.isEmpty()) {
            return Map.of();
        }
        List<ClassSet> classPath = new ArrayList<>(classPath(brought));
        classPath.addFirst(new ClassSet(ClassView.asIfJava(own)));
        if (groovyNamed) {
            classPath.add(platform.groovy());
        }
        return java.findInterfaces(sources, names, classPath);
    }

    private List<ClassSet> classPath(Map<String, byte[]> brought) {
        List<ClassSet> all = new ArrayList<>(platform.sdk());
        if (!brought.isEmpty()) {
            all.add(new ClassSet(brought));
        }
        return all;
    }

    /// The name of the class that a class is nested in: its parts are found with it.
    private static String outermost(String path, Map<String, byte[]> own) {
        int nested = path.indexOf('$');
        String outer = nested < 0 ? path : path.substring(0, nested) + ".class";
        return ClassSet.binaryName(own.containsKey(outer) ? outer : path);
    }

    private static boolean names(byte[] classFile, String text) {
        return new String(classFile, StandardCharsets.ISO_8859_1).contains(text);
    }

    @Override
    public void close() {
        libraries.close();
        try {
            jdk.close();
        } catch (IOException unclosed) {
            throw new UncheckedIOException(unclosed);
        }
    }
}
