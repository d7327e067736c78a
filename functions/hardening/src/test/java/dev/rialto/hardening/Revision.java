package dev.rialto.hardening;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// Code that a test wrote, hardened and loaded.
final class Revision extends ClassLoader {
    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();

    private final Map<String, byte[]> classes;

    private Revision(Map<String, byte[]> classes) {
        super(Revision.class.getClassLoader());
        this.classes = classes;
    }

    /// Compiles a class named `Main` from the members in its body, and hardens it.
    static Revision of(String members) throws ForbiddenException {
        return hardened(compile(source(members)));
    }

    /// Compiles `Main` and what stands beside it in the same file; classes whose names begin with
    /// `Lib` are those of a library.
    static Revision withLibrary(String source) throws ForbiddenException {
        return new Revision(hardenedWithLibrary(compile(source)).classes());
    }

    static Hardened hardenedWithLibrary(Map<String, byte[]> classes) throws ForbiddenException {
        Map<String, byte[]> own = new HashMap<>(classes);
        Map<String, byte[]> library = new HashMap<>(classes);
        own.keySet().removeIf(each -> each.startsWith("Lib"));
        library.keySet().removeIf(each -> !each.startsWith("Lib"));
        return new Hardener(AllowList.standard())
                .harden(own, List.of(new Library("org.lib:lib:1", library)));
    }

    static Revision hardened(Map<String, byte[]> classes) throws ForbiddenException {
        return new Revision(new Hardener(AllowList.standard()).harden(classes));
    }

    /// The same without checks, to compare with.
    static Revision unguarded(Map<String, byte[]> classes) {
        return new Revision(classes);
    }

    static String source(String members) {
        return "import java.util.*; import java.util.concurrent.*; import java.util.function.*;"
                + " import java.util.stream.*; import java.math.*; public class Main {\n"
                + members
                + "\n}";
    }

    static Map<String, byte[]> compile(String source) {
        var output = new Output(JAVAC.getStandardFileManager(null, null, null));
        var problems = new DiagnosticCollector<JavaFileObject>();
        boolean fine =
                JAVAC.getTask(
                                null,
                                output,
                                problems,
                                List.of("-g", "-nowarn", "-proc:none"),
                                null,
                                List.of(new Source(source)))
                        .call();
        if (!fine) {
            throw new AssertionError(
                    problems.getDiagnostics().stream()
                            .map(Diagnostic::toString)
                            .collect(Collectors.joining("\n")));
        }
        Map<String, byte[]> classes = new HashMap<>();
        output.files.forEach((path, bytes) -> classes.put(path, bytes.toByteArray()));
        return classes;
    }

    byte[] bytes(String path) {
        return Objects.requireNonNull(classes.get(path), path);
    }

    /// Calls a static method of `Main` that takes nothing.
    @Nullable Object call(String method) throws Exception {
        try {
            return loadClass("Main").getMethod(method).invoke(null);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) thrown.getCause();
        }
    }

    /// Calls it within a budget, on a thread for functions, and waits for what it returns or
    /// throws.
    Object run(Watchdog watchdog, String method, Duration within, long bytes) {
        var budget = Budget.of(within, bytes);
        return onThread(
                watchdog, () -> budget.run(Brake.of(this), () -> String.valueOf(call(method))));
    }

    /// What something returns, or throws, on a thread for functions.
    static Object onThread(Watchdog watchdog, Callable<Object> work) {
        var result = new AtomicReference<Object>();
        var thread =
                new FunctionThread(
                        watchdog,
                        () -> {
                            try {
                                result.set(work.call());
                            } catch (Throwable thrown) {
                                result.set(thrown);
                            }
                        },
                        "function");
        thread.start();
        try {
            thread.join(30_000);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        Object ended = result.get();
        if (ended == null) {
            StackTraceElement[] stack = thread.getStackTrace();
            throw new AssertionError("it did not end: " + List.of(stack));
        }
        return ended;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = classes.get(name.replace('.', '/') + ".class");
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("string:///Main.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Output extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final Map<String, ByteArrayOutputStream> files = new HashMap<>();

        Output(StandardJavaFileManager manager) {
            super(manager);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                JavaFileManager.Location location,
                String className,
                JavaFileObject.Kind kind,
                @Nullable FileObject sibling) {
            String path = className.replace('.', '/') + ".class";
            Function<String, ByteArrayOutputStream> stream = _ -> new ByteArrayOutputStream();
            return new SimpleJavaFileObject(URI.create("memory:///" + path), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return files.computeIfAbsent(path, stream);
                }
            };
        }
    }
}
