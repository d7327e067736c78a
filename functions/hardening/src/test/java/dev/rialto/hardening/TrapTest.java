package dev.rialto.hardening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.net.URL;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrapTest {
    private static String source(String ofLibrary) {
        return "import java.util.*; import java.util.function.*; import java.util.concurrent.*;"
                + " public class Main { public static Object run() throws Throwable {"
                + " return Lib.run(); } }\n"
                + "class Lib { static Object run() throws Throwable {\n"
                + ofLibrary
                + "\n} }";
    }

    private static Object run(String ofLibrary) throws Exception {
        return String.valueOf(Revision.withLibrary(source(ofLibrary)).call("run"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "java.lang.System.exit          | System.exit(0);",
                "java.lang.System.setProperty   | System.setProperty(\"trap\", \"sprung\");",
                "java.lang.System.setOut        | System.setOut(null);",
                "java.lang.System.load          | System.load(\"/a\");",
                "java.lang.Runtime.halt         | Runtime.getRuntime().halt(1);",
                "java.lang.Runtime.exec         | Runtime.getRuntime().exec(\"ls\");",
                "java.lang.ProcessBuilder       | new ProcessBuilder(\"ls\").start();",
                "java.lang.Thread.new           | new Thread(() -> {}).start();",
                "java.lang.Thread.ofVirtual     | Thread.ofVirtual().start(() -> {});",
                "java.util.concurrent.Executors | Executors.newCachedThreadPool();",
                "java.util.concurrent.ForkJoinPool | ForkJoinPool.commonPool();",
                "java.util.ArrayList.parallelStream | new ArrayList<String>().parallelStream();",
                "java.util.Timer                | new Timer();",
                "java.lang.Class.getDeclaredMethods | String.class.getDeclaredMethods();",
                "java.lang.invoke.MethodHandles | java.lang.invoke.MethodHandles.lookup();",
                "java.io.File                   | new java.io.File(\"a\").delete();",
                "java.io.FileReader             | new java.io.FileReader(\"a\");",
                "java.nio.file.Path             | java.nio.file.Path.of(\"a\");",
                "java.nio.file.Files            | java.nio.file.Files.list(null);",
                "java.net.Socket                | new java.net.Socket(\"a\", 1);",
                "java.net.URL.openStream        | new java.net.URL(\"http://a\").openStream();",
                "java.net.http.HttpClient       | java.net.http.HttpClient.newHttpClient();",
                "java.lang.ref.Cleaner          | java.lang.ref.Cleaner.create();",
                "java.util.Locale.setDefault    | Locale.setDefault(Locale.ROOT);",
                "java.util.concurrent.locks.LockSupport |"
                        + " java.util.concurrent.locks.LockSupport.park();",
                "java.io.ObjectInputStream.readObject | new java.io.ObjectInputStream(new"
                        + " java.io.ByteArrayInputStream(new byte[] {-84, -19, 0, 5})).readObject();",
                "java.util.logging.Logger.addHandler |"
                        + " java.util.logging.Logger.getGlobal().addHandler(null);",
                "javax.script.ScriptEngineManager | new javax.script.ScriptEngineManager();",
                "java.nio.ByteBuffer.allocateDirect | java.nio.ByteBuffer.allocateDirect(1);",
                "dev.rialto.hardening.Budget    | dev.rialto.hardening.Budget.current();",
                "sun.misc.Unsafe                | sun.misc.Unsafe.getUnsafe();",
                "java.io.File                   | Object o = \"a\"; java.io.File f = (java.io.File)"
                        + " o;",
                "java.io.File                   | java.io.File[] all = {null};",
            })
    void whatIsNotAvailableThrowsWhenItIsComeTo(String member, String code) {
        Throwable thrown =
                catchThrowable(() ->
                        run("if (1 > Lib.class.hashCode()) return null; " + code + " return 1;"));

        assertThat(thrown).isInstanceOf(SecurityException.class).hasMessageStartingWith(member);
        assertThat(System.getProperty("trap")).isNull();
    }

    @Test
    void whatIsNotComeToDoesNoHarm() throws Exception {
        assertThat(
                        run(
                                "return 1;}\n"
                                        + "static void never() throws Exception { new"
                                        + " java.io.FileReader(\"a\"); }\n"
                                        + "static native void link(); static java.io.File"
                                        + " file;java.lang.reflect.Method of(ClassLoader l) { return"
                                        + " null;"))
                .isEqualTo("1");
    }

    @Test
    void aReferenceToAMethodFailsWhenItIsCalled() throws Exception {
        assertThat(
                        run(
                                """
                                IntConsumer exit = System::exit;
                                try { exit.accept(1); return "no"; } catch (SecurityException e) { return "caught"; }
                                """))
                .isEqualTo("caught");
    }

    @Test
    void handlersOfOtherTypesAreLeftOut() throws Exception {
        assertThat(
                        run(
                                """
                                try { new java.net.Socket("a", 1); return "no"; }
                                catch (java.net.UnknownHostException e) { return "unknown"; }
                                catch (SecurityException e) { return "caught"; }
                                finally { hashCodes(); }
                                } static int hashCodes() { return 1;
                                """))
                .isEqualTo("caught");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "System.getProperty(\"user.home\") | /",
                "System.getProperty(\"java.class.path\") | null",
                "System.getProperty(\"none\", \"x\") | x",
                "System.getenv(\"PATH\") | null",
                "System.getenv().size() | 0",
                "Boolean.getBoolean(\"java.awt.headless\") | false",
                "Integer.getInteger(\"a\", 7) | 7",
                "Runtime.getRuntime().availableProcessors() | 2",
                "(Object) \"ab\".substring(1).intern() == \"b\" | true",
                "Class.forName(\"Lib\").getName() | Lib",
                "Lib.class.getClassLoader().loadClass(\"Main\").getName() | Main",
                "Lib.class.getClassLoader().equals(Main.class.getClassLoader()) | true",
                "String.class.getClassLoader() | null",
                "String.class.getResourceAsStream(\"String.class\") | null",
                "Lib.class.getClassLoader().getResource(\"a\") | null",
                "((Object) \"x\") instanceof java.io.File | false",
                "(java.io.File) null | null",
                "new java.io.File[0] == null | true",
                "java.io.File.class.getName().equals(\"java.io.File\") | false",
                "java.util.logging.Logger.getLogger(\"a\").isLoggable(java.util.logging.Level.SEVERE)"
                        + " | false",
                "new java.net.URL(\"http://a.b/c?d\").getPath() | /c",
                "new java.lang.ref.WeakReference<>(\"a\").get() | a",
                "new java.io.File(\"\").equals(null) | refused",
            })
    void standInsTellNothingOfTheServer(String expression, String value) throws Exception {
        Throwable thrown = null;
        Object answer = "refused";
        try {
            answer = run("return String.valueOf((Object) (" + expression + "));");
        } catch (SecurityException refused) {
            thrown = refused;
        }
        assertThat(answer).isEqualTo(value);
        assertThat(thrown == null).isEqualTo(!value.equals("refused"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Class.forName(\"java.lang.Runtime\")",
                "Class.forName(\"java.io.File\", true, null)",
                "Class.forName(\"[Ljava.lang.Thread;\")",
                "Class.forName(\"[LLib;\")",
                "Class.forName(\"dev.rialto.hardening.Budget\")",
                "Class.forName(\"dev.rialto.hardening.standin.Environment\")",
                "Class.forName(\"rialto.guarded.Check\")",
                "Lib.class.getClassLoader().loadClass(\"java.io.FileReader\")",
                "Thread.currentThread().getContextClassLoader().loadClass(\"java.io.File\")",
            })
    void onlyClassesOfTheRevisionAreFoundByName(String expression) {
        assertThatThrownBy(() -> run("return " + expression + ";"))
                .isInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void valuesOfAThreadEndWithTheCall() throws Exception {
        Revision revision =
                Revision.withLibrary(
                        "public class Main { public static String run() { return Lib.run(); } }\n"
                                + "class Lib { static final ThreadLocal<Integer> COUNT ="
                                + " ThreadLocal.withInitial(() -> 0);\n"
                                + "static String run() { COUNT.set(COUNT.get() + 1);"
                                + " return \"\" + COUNT.get(); } }");
        try (Watchdog watchdog = Watchdog.start((_, _, _) -> {})) {
            for (int i = 0; i < 2; i++) {
                assertThat(revision.run(watchdog, "run", Duration.ofSeconds(20), 1 << 24))
                        .isEqualTo("1");
            }
        }
    }

    @Test
    void loopsOfLibrariesAreStopped() throws Exception {
        Revision revision =
                Revision.withLibrary(
                        source(
                                "while (true) { try { Thread.onSpinWait(); } finally { continue; }"
                                        + " }"));
        try (Watchdog watchdog = Watchdog.start((_, _, _) -> {})) {
            assertThat(revision.run(watchdog, "run", Duration.ofMillis(50), 1 << 24))
                    .isInstanceOf(CallStopped.class);
        }
    }

    @Test
    void ownCodeIsRefusedBesideALibrary() {
        assertThatThrownBy(() ->
                        Revision.withLibrary(
                                "public class Main { static void run() { Lib.run();"
                                        + " System.exit(1); } }\n"
                                        + "class Lib { static void run() { System.exit(1); } }"))
                .isInstanceOf(ForbiddenException.class)
                .hasMessageContaining("Main.run (line 1) uses java.lang.System.exit")
                .hasMessageNotContaining("Lib.run");
    }

    @Test
    void aClassThatExtendsWhatIsNotAvailableIsToldOf() {
        assertThatThrownBy(() ->
                        Revision.withLibrary(
                                "public class Main { static void run() { new Lib(); } }\n"
                                        + "class Lib extends Thread {}"))
                .isInstanceOf(ForbiddenException.class)
                .hasMessageContaining("uses Lib.new: it extends java.lang.Thread");
    }

    @Test
    void ownCodeExtendsNothingThroughALibraryThatItMayNotExtendItself() {
        assertThatThrownBy(() ->
                        Revision.withLibrary(
                                "public class Main extends Lib {}\n"
                                        + "class Lib extends java.util.Timer {}"))
                .isInstanceOf(ForbiddenException.class)
                .hasMessageContaining("java.util.Timer");
    }

    @Test
    void reportsWhatALibraryMisses() throws Exception {
        Hardened hardened =
                Revision.hardenedWithLibrary(
                        Revision.compile(
                                "public class Main { static void run() { Lib.run(); } }\n"
                                        + "class Lib { static void run() { System.exit(1);"
                                        + " System.load(\"a\"); new java.io.File(\"a\").delete(); } }\n"
                                        + "class LibOther { void run() { new java.util.Timer(); } }"));

        assertThat(hardened.shortfalls())
                .extracting(Shortfall::toString)
                .singleElement()
                .asString()
                .startsWith(
                        "org.lib:lib:1: 4 members are not available here (java.io: 2,"
                                + " java.lang.System: 2)")
                .doesNotContain("Timer")
                .endsWith("; calls that use them fail");
    }

    @Test
    void takesClassesOfJava5() throws Exception {
        byte[] old =
                ClassFile.of()
                        .build(
                                ClassDesc.of("Lib"),
                                type ->
                                        type.withVersion(49, 0)
                                                .withMethodBody(
                                                        "run",
                                                        ConstantDescs.MTD_void,
                                                        ClassFile.ACC_STATIC,
                                                        code -> code.return_()));
        Map<String, byte[]> own = Revision.compile("public class Main {}");
        Hardened hardened =
                new Hardener(AllowList.standard())
                        .harden(own, List.of(new Library("old", Map.of("Lib.class", old))));
        byte[] woven = hardened.classes().get("Lib.class");

        assertThat(ClassFile.of().parse(java.util.Objects.requireNonNull(woven)).majorVersion())
                .isEqualTo(ClassFile.JAVA_8_VERSION);
    }

    /// Jars of this test's own class path, which do all that can be done.
    @Test
    void noInstructionOfAHardenedLibraryReachesWhatIsForbidden() throws Exception {
        Map<String, byte[]> classes = new HashMap<>();
        classes.putAll(jar(org.assertj.core.api.Assertions.class));
        classes.putAll(jar(Test.class));
        Map<String, byte[]> hardened =
                new Hardener(AllowList.standard())
                        .harden(Map.of(), List.of(new Library("jars", classes)))
                        .classes();
        AllowList rules =
                AllowList.standard()
                        .with(String.join("\n", Rules.of("library-allowed.txt")))
                        .allowing("dev/rialto/hardening/");
        Map<String, ClassModel> models = new HashMap<>();
        hardened.forEach(
                (path, bytes) -> models.put(Hardener.name(path), ClassFile.of().parse(bytes)));
        var code = new RevisionClasses(models);
        Set<String> target = new TreeSet<>();
        for (ClassModel each : models.values()) {
            if (each.thisClass().asInternalName().equals(Brake.CHECK_CLASS)) {
                continue;
            }
            var inspection =
                    new Inspection(
                            rules,
                            code,
                            each,
                            refusal -> {
                                if (!refusal.member().isEmpty()) {
                                    target.add(refusal.owner() + "." + refusal.member());
                                }
                            });
            each.methods()
                    .forEach(method ->
                            method.code().ifPresent(body -> body.forEach(inspection::inspect)));
        }
        assertThat(hardened).hasSizeGreaterThan(1_000);
        assertThat(target).isEmpty();
    }

    private static Map<String, byte[]> jar(Class<?> inside) throws IOException {
        URL location = inside.getProtectionDomain().getCodeSource().getLocation();
        Map<String, byte[]> classes = new HashMap<>();
        try (var jar = FileSystems.newFileSystem(Path.of(location.getPath()));
                var files = Files.walk(jar.getPath("/"))) {
            for (Path each : (Iterable<Path>) files::iterator) {
                if (each.toString().endsWith(".class")) {
                    try (InputStream in = Files.newInputStream(each)) {
                        classes.put(each.toString().substring(1), in.readAllBytes());
                    }
                }
            }
        }
        return classes;
    }
}
