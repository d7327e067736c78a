package dev.rialto.runtime;

import dev.rialto.hardening.FunctionThread;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Loads the classes and resources of one revision. Besides its own, it sees the JDK and the
/// server's packages that functions may use, and nothing else of the server.
final class RevisionLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    private static final String ACCESS_CLASS = "rialto.guarded.Access";
    private static final ClassDesc LOOKUP = ConstantDescs.CD_MethodHandles_Lookup;
    private static final ClassDesc LOOKUPS = ClassDesc.of(MethodHandles.class.getName());

    /// Resources, and classes that are not defined yet.
    private final Map<String, byte[]> files;

    private final Queue<Class<?>> defined = new ConcurrentLinkedQueue<>();
    private final List<String> shared;
    private MethodHandles.@Nullable Lookup access;

    /// @param files hardened classes and resources by path
    /// @param shared visible packages of the server, each ending with a dot
    RevisionLoader(String name, Map<String, byte[]> files, List<String> shared) {
        super(name, ClassLoader.getPlatformClassLoader());
        this.files = new ConcurrentHashMap<>(files);
        this.shared = List.copyOf(shared);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        FunctionThread.settleCurrent();
        for (String each : shared) {
            if (name.startsWith(each)) {
                return RevisionLoader.class.getClassLoader().loadClass(name);
            }
        }
        return super.loadClass(name, resolve);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        String path = name.replace('.', '/') + ".class";
        byte[] bytes = files.get(path);
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        Class<?> made = defineClass(name, bytes, 0, bytes.length);
        files.remove(path);
        defined.add(made);
        return made;
    }

    /// The classes of the revision that have been loaded.
    List<Class<?>> defined() {
        return List.copyOf(defined);
    }

    /// A lookup with full access to a class of a revision. Classes can be added next to it only by
    /// a class of the same loader, which this defines.
    static MethodHandles.Lookup inside(Class<?> ofRevision) throws IllegalAccessException {
        return MethodHandles.privateLookupIn(
                ofRevision, ((RevisionLoader) ofRevision.getClassLoader()).access());
    }

    private synchronized MethodHandles.Lookup access() {
        if (access == null) {
            byte[] bytes =
                    ClassFile.of()
                            .build(ClassDesc.of(ACCESS_CLASS), RevisionLoader::writeAccessClass);
            Class<?> made = defineClass(ACCESS_CLASS, bytes, 0, bytes.length);
            try {
                Method lookup = made.getDeclaredMethod("lookup");
                lookup.setAccessible(true);
                access = (MethodHandles.Lookup) lookup.invoke(null);
            } catch (ReflectiveOperationException impossible) {
                throw new LinkageError("the class was made with this method", impossible);
            }
        }
        return access;
    }

    private static void writeAccessClass(ClassBuilder type) {
        MethodTypeDesc signature = MethodTypeDesc.of(LOOKUP);
        type.withFlags(ClassFile.ACC_FINAL)
                .withMethodBody(
                        "lookup",
                        signature,
                        ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC,
                        code -> code.invokestatic(LOOKUPS, "lookup", signature).areturn());
    }

    /// Only the revision's own resources, and no classes.
    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        byte[] bytes = name.endsWith(".class") ? null : files.get(name);
        return bytes == null ? null : new ByteArrayInputStream(bytes);
    }

    @Override
    public @Nullable URL getResource(String name) {
        return null;
    }

    @Override
    public Enumeration<URL> getResources(String name) {
        return Collections.emptyEnumeration();
    }
}
