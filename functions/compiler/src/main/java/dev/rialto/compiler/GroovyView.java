package dev.rialto.compiler;

import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The classes that Groovy's compiler sees: the JDK's, the SDK's, those of Groovy that code may be
/// written against, and those of a project and its libraries without their code.
///
/// Groovy's compiler loads classes to look at them and runs some of what it is pointed to. It can
/// be pointed to nothing here that isn't Groovy's own.
final class GroovyView extends ClassLoader {
    /// Of these, code is written against few; the rest is for tools, and much of it runs code while
    /// it is compiled.
    private static final Set<String> ANNOTATIONS =
            Set.of(
                    "AutoClone",
                    "AutoCloneStyle",
                    "Canonical",
                    "CompileStatic",
                    "EqualsAndHashCode",
                    "Field",
                    "Final",
                    "Generated",
                    "Immutable",
                    "ImmutableBase",
                    "ImmutableOptions",
                    "IndexedProperty",
                    "Internal",
                    "KnownImmutable",
                    "MapConstructor",
                    "NamedDelegate",
                    "NamedParam",
                    "NamedParams",
                    "NamedVariant",
                    "NonSealed",
                    "PackageScope",
                    "PackageScopeTarget",
                    "PropertyOptions",
                    "RecordBase",
                    "RecordOptions",
                    "RecordType",
                    "RecordTypeMode",
                    "Sealed",
                    "SealedMode",
                    "SealedOptions",
                    "SelfType",
                    "Sortable",
                    "Synchronized",
                    "ToString",
                    "Trait",
                    "TupleConstructor",
                    "Undefined",
                    "VisibilityOptions");

    private static final String TRANSFORM = "groovy.transform.";

    private static final List<String> REFUSED =
            List.of(
                    "groovy.lang.Grab",
                    "groovy.lang.Grapes",
                    "groovy.lang.GroovyShell",
                    "groovy.lang.GroovyClassLoader",
                    "groovy.lang.GroovySystem",
                    "groovy.lang.Script",
                    "groovy.util.Eval",
                    "groovy.util.GroovyScriptEngine",
                    "groovy.grape.",
                    "groovy.ui.");

    private static final ClassLoader SERVER = GroovyView.class.getClassLoader();

    private final List<ClassSet> sets;
    private final boolean wholeGroovy;

    static {
        registerAsParallelCapable();
    }

    private GroovyView(List<ClassSet> sets, boolean wholeGroovy) {
        super(ClassLoader.getPlatformClassLoader());
        this.sets = new ArrayList<>(sets);
        this.wholeGroovy = wholeGroovy;
    }

    /// What sources may name.
    static GroovyView ofProject(List<ClassSet> classPath) {
        return new GroovyView(classPath, false);
    }

    /// What the compiler itself is made of.
    static GroovyView ofCompiler() {
        return new GroovyView(List.of(), true);
    }

    /// Adds what was compiled meanwhile.
    synchronized void add(ClassSet set) {
        sets.add(set);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (wholeGroovy ? ofGroovy(name) : ofServer(name)) {
            return SERVER.loadClass(name);
        }
        byte[] bytes = bytes(name.replace('.', '/') + ".class");
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        try {
            byte[] view = ClassView.withoutCode(bytes);
            return defineClass(name, view, 0, view.length);
        } catch (LinkageError | IllegalArgumentException unusable) {
            throw new ClassNotFoundException(name + " or what it extends can't be used", unusable);
        }
    }

    @Override
    protected @Nullable URL findResource(String name) {
        return name.startsWith("META-INF/groovy/") ? SERVER.getResource(name) : null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        return name.startsWith("META-INF/groovy/")
                ? SERVER.getResources(name)
                : super.findResources(name);
    }

    private synchronized byte @Nullable [] bytes(String path) {
        for (ClassSet each : sets) {
            MemoryFile file = each.file(path);
            if (file != null) {
                return file.bytes();
            }
        }
        return null;
    }

    private static boolean ofServer(String name) {
        if (REFUSED.stream().anyMatch(name::startsWith)) {
            return false;
        }
        if (name.startsWith(TRANSFORM)) {
            String simple = name.substring(TRANSFORM.length());
            int nested = simple.indexOf('$');
            return name.startsWith("groovy.transform.stc.")
                    || ANNOTATIONS.contains(nested < 0 ? simple : simple.substring(0, nested));
        }
        return ofGroovy(name)
                || name.startsWith("dev.rialto.sdk.")
                || name.startsWith("org.jspecify.");
    }

    private static boolean ofGroovy(String name) {
        return name.startsWith("groovy.")
                || name.startsWith("groovyjarjar")
                || name.startsWith("org.codehaus.groovy.")
                || name.startsWith("org.apache.groovy.");
    }
}
