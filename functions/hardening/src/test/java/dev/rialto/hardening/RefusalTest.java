package dev.rialto.hardening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "java.lang.System.exit          | System.exit(0);",
                "java.lang.System.getenv        | System.getenv(\"HOME\");",
                "java.lang.System.getProperty   | System.getProperty(\"user.home\");",
                "java.lang.System.setProperty   | System.setProperty(\"a\", \"b\");",
                "java.lang.System.setOut        | System.setOut(null);",
                "java.lang.System.out           | System.out.println(1);",
                "java.lang.System.loadLibrary   | System.loadLibrary(\"a\");",
                "java.lang.Runtime              | Runtime.getRuntime().halt(1);",
                "java.lang.ProcessBuilder       | new ProcessBuilder(\"ls\");",
                "java.lang.Thread.new           | new Thread(() -> {});",
                "java.lang.Thread.ofVirtual     | Thread.ofVirtual();",
                "java.lang.Thread.getContextClassLoader |"
                        + " Thread.currentThread().getContextClassLoader();",
                "java.util.concurrent.Executors | Executors.newCachedThreadPool();",
                "java.util.concurrent.CompletableFuture | CompletableFuture.runAsync(() -> {});",
                "java.util.concurrent.ForkJoinPool | ForkJoinPool.commonPool();",
                "java.util.ArrayList.parallelStream | new ArrayList<String>().parallelStream();",
                "java.util.stream.Stream.parallel | Stream.of(1).parallel();",
                "java.util.Arrays.parallelSort  | Arrays.parallelSort(new int[1]);",
                "java.util.Timer                | new java.util.Timer();",
                "java.lang.Class.forName        | Class.forName(\"a\");",
                "java.lang.Class.getDeclaredMethods | String.class.getDeclaredMethods();",
                "java.lang.Class.getClassLoader | String.class.getClassLoader();",
                "java.lang.reflect.Method       | java.lang.reflect.Method m = null;  m.getName();",
                "java.lang.invoke.MethodHandles | java.lang.invoke.MethodHandles.lookup();",
                "java.lang.ClassLoader          | ClassLoader.getSystemClassLoader();",
                "java.io.File                   | new java.io.File(\"a\").delete();",
                "java.io.FileReader             | new java.io.FileReader(\"a\");",
                "java.io.PrintWriter.new        | new java.io.PrintWriter(\"a\");",
                "java.nio.file.Path             | java.nio.file.Path.of(\"a\");",
                "java.net.Socket                | new java.net.Socket(\"a\", 1);",
                "java.net.URL                   | new java.net.URL(\"http://a\").openStream();",
                "java.util.ServiceLoader        | ServiceLoader.load(Runnable.class);",
                "java.util.ResourceBundle       | ResourceBundle.getBundle(\"a\");",
                "java.lang.ThreadLocal          | new ThreadLocal<String>();",
                "java.lang.ref.Cleaner          | java.lang.ref.Cleaner.create();",
                "java.util.Locale.setDefault    | Locale.setDefault(Locale.ROOT);",
                "java.util.TimeZone.setDefault  | TimeZone.setDefault(null);",
                "java.lang.String.intern        | \"a\".intern();",
                "java.util.concurrent.locks.LockSupport |"
                        + " java.util.concurrent.locks.LockSupport.park();",
                "java.io.ObjectInputStream      | new"
                        + " java.io.ObjectInputStream(null).readObject();",
                "java.util.logging.Logger       | java.util.logging.Logger.getGlobal();",
                "javax.naming.InitialContext    | new javax.naming.InitialContext();",
                "javax.script.ScriptEngineManager | new javax.script.ScriptEngineManager();",
                "java.lang.Integer.getInteger   | Integer.getInteger(\"a\");",
                "java.nio.ByteBuffer.allocateDirect | java.nio.ByteBuffer.allocateDirect(1);",
                "java.util.concurrent.ConcurrentHashMap.forEach | new ConcurrentHashMap<String,"
                        + " String>().forEach(1, (a, b) -> {});",
                "java.lang.Exception.printStackTrace | new Exception().printStackTrace();",
                "java.lang.System.exit          | IntConsumer c = System::exit;",
                "dev.rialto.hardening.Budget    | dev.rialto.hardening.Budget.current();",
                "sun.misc.Unsafe                | Object o = (sun.misc.Unsafe) null;"
                        + " ((sun.misc.Unsafe) o).pageSize();",
            })
    void namesTheLineThatUsesWhatIsNotAllowed(String target, String code) {
        String body = "\npublic static void run() throws Exception {\n" + code + "\n}";
        assertThat(uses(body))
                .anySatisfy(each -> {
                    assertThat(each.target() + ".").startsWith(target + ".");
                    assertThat(each.className()).isEqualTo("Main");
                    assertThat(each.method()).isEqualTo("run");
                    assertThat(each.line()).isEqualTo(4);
                    assertThat(each.file()).isEqualTo("Main.java");
                    assertThat(each.why()).isNotEmpty();
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "static class A extends Thread {} | java.lang.Thread",
                "static class A extends ClassLoader {} | java.lang.ClassLoader",
                "static class A extends java.util.concurrent.locks.ReentrantLock {}"
                        + " | java.util.concurrent.locks.ReentrantLock",
                "static class A { protected void finalize() {} } | finalize()",
                "static class A { native void f(); } | native code",
                "static java.lang.reflect.Field f; | java.lang.reflect.Field",
                "static abstract class A extends java.io.Reader { A() { super(String.class); } }"
                        + " | java.io.Reader.new",
                "static abstract class A extends java.io.Reader { { lock = String.class; } }"
                        + " | Main$A.lock",
                "static class A extends BigInteger { A() { super(\"1\"); } } |"
                        + " java.math.BigInteger",
                "record A(ClassLoader l) {} | java.lang.ClassLoader",
                "static class A extends ArrayList<String> { void f() { parallelStream(); } }"
                        + " | Main$A.parallelStream",
                "static class A extends ArrayList<String> { void f() { super.parallelStream(); } }"
                        + " | java.util.ArrayList.parallelStream",
                "static void f() { try { f(); } catch (java.util.zip.ZipError e) { } }"
                        + " | java.util.zip.ZipError",
            })
    void refusesDeclarations(String code, String target) {
        assertThat(uses(code)).extracting(ForbiddenUse::target).contains(target);
    }

    @Test
    void findsWhatIsReachedForInLambdas() {
        assertThat(uses("static void run() {\nRunnable r = () ->\nSystem.exit(1); }"))
                .extracting(ForbiddenUse::method, ForbiddenUse::line)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("run", 4));
    }

    @Test
    void reportsAllForbiddenUsesTogether() {
        ForbiddenException all = refused("static void f() { System.exit(1);\nSystem.gc(); }");
        assertThat(all.uses()).hasSize(2);
        assertThat(all)
                .hasMessageContaining("Main.f (line 2) uses java.lang.System.exit: ")
                .hasMessageContaining("java.lang.System.gc");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "new java.io.FileReader(\"a\").read(); | java.io.FileReader.new,"
                        + " java.io.FileReader.read",
                "Runtime.getRuntime().exec(\"ls\").waitFor();"
                        + " | java.lang.Runtime.getRuntime, java.lang.Runtime.exec,"
                        + " java.lang.Process.waitFor",
                "java.util.Timer[] t = {new java.util.Timer()}; | java.util.Timer.new",
                "Thread t = new Thread(() -> {}); | java.lang.Thread.new",
            })
    void reportsAnExpressionOnce(String code, String target) {
        assertThat(uses("static void f() throws Exception {\n" + code + "\n}"))
                .extracting(ForbiddenUse::target, ForbiddenUse::line)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(target, 3));
    }

    @Test
    void refusesClassesWhereTheJdkHasItsOwn() {
        Map<String, byte[]> classes =
                Map.of(
                        "org/xml/sax/helpers/Main.class",
                        ClassFile.of().build(ClassDesc.of("org.xml.sax.helpers.Main"), _ -> {}));
        assertThat(refused(classes)).hasMessageContaining("belongs to the server or the JDK");
    }

    @Test
    void refusesForeignBootstraps() {
        var type = ClassDesc.of("Main");
        DirectMethodHandleDesc bootstrap =
                MethodHandleDesc.ofMethod(
                        DirectMethodHandleDesc.Kind.STATIC,
                        type,
                        "link",
                        MethodTypeDesc.of(
                                ConstantDescs.CD_CallSite,
                                ConstantDescs.CD_MethodHandles_Lookup,
                                ConstantDescs.CD_String,
                                ConstantDescs.CD_MethodType));
        byte[] bytes =
                ClassFile.of()
                        .build(
                                type,
                                made ->
                                        made.withMethodBody(
                                                "run",
                                                ConstantDescs.MTD_void,
                                                ClassFile.ACC_STATIC,
                                                code ->
                                                        code.invokedynamic(
                                                                        DynamicCallSiteDesc.of(
                                                                                bootstrap,
                                                                                "x",
                                                                                ConstantDescs
                                                                                        .MTD_void))
                                                                .return_()));
        assertThat(refused(Map.of("Main.class", bytes)).uses())
                .extracting(ForbiddenUse::target)
                .containsExactly("Main.link");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.rialto.sdk", "rialto.guarded"})
    void refusesClassesOfTheServer(String itsPackage) {
        Map<String, byte[]> classes =
                Revision.compile("package " + itsPackage + "; public class Main {}");
        assertThat(refused(classes)).hasMessageContaining("belongs to the server");
    }

    @Test
    void refusesWhatIsNoClassFile() {
        assertThat(refused(Map.of("A.class", new byte[] {1, 2, 3})).uses())
                .extracting(ForbiddenUse::className)
                .containsExactly("A");
    }

    @Test
    void refusesAClassUnderAnotherName() {
        byte[] bytes =
                java.util.Objects.requireNonNull(
                        Revision.compile(Revision.source("")).get("Main.class"));
        assertThat(refused(Map.of("Other.class", bytes)).uses()).hasSize(1);
    }

    @Test
    void refusesAClassThatExtendsItself() {
        byte[] circular =
                ClassFile.of()
                        .build(ClassDesc.of("A"), type -> type.withSuperclass(ClassDesc.of("A")));
        assertThat(refused(Map.of("A.class", circular))).hasMessageContaining("it extends itself");
    }

    @Test
    void allowsMoreWhenToldSo() throws Exception {
        Map<String, byte[]> classes =
                Revision.compile(Revision.source("static void f() { System.gc(); }"));
        assertThat(refused(classes).uses()).hasSize(1);
        var wider = AllowList.standard().with("only java.lang.System: gc");
        assertThat(new Hardener(wider).harden(classes)).containsKey("Main.class");
        var prefixed = AllowList.standard().allowing("java/lang/ref/");
        assertThat(
                        new Hardener(prefixed)
                                .harden(
                                        Revision.compile(
                                                Revision.source(
                                                        "java.lang.ref.WeakReference<?> w;"))))
                .isNotEmpty();
    }

    private static List<ForbiddenUse> uses(String members) {
        return refused(members).uses();
    }

    private static ForbiddenException refused(String members) {
        return refused(Revision.compile(Revision.source(members)));
    }

    private static ForbiddenException refused(Map<String, byte[]> classes) {
        return catchThrowableOfType(
                ForbiddenException.class, () -> new Hardener(AllowList.standard()).harden(classes));
    }
}
