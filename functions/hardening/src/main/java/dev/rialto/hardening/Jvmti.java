package dev.rialto.hardening;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The three functions of the JVM Tool Interface by which a thread is suspended, resumed, and given
/// an exception to throw. Source: the specification of JVM TI 25, whose functions lie in a table at
/// fixed places.
final class Jvmti {
    private static final int VERSION = 0x3001_0200;
    private static final int VM_GET_ENV = 6;
    private static final int SUSPEND_THREAD = 4;
    private static final int RESUME_THREAD = 5;
    private static final int STOP_THREAD = 6;
    private static final int ADD_CAPABILITIES = 141;
    private static final int CAN_SIGNAL_THREAD = 1 << 10;
    private static final int CAN_SUSPEND = 1 << 20;

    private static final Map<String, Object> WITH_OBJECTS =
            Map.of(Library.OPTION_ALLOW_OBJECTS, true);

    private final Pointer environment;
    private final Function suspend;
    private final Function resume;
    private final Function stop;

    private Jvmti(Pointer environment) {
        this.environment = environment;
        this.suspend = function(environment, SUSPEND_THREAD);
        this.resume = function(environment, RESUME_THREAD);
        this.stop = function(environment, STOP_THREAD);
    }

    /// The JVM lets only one at a time suspend threads.
    private static @Nullable Jvmti only;

    /// That of this JVM. Asked for once, which costs nothing afterwards.
    ///
    /// @throws IllegalStateException when this JVM doesn't offer it, or a debugger has it
    /// @throws LinkageError when native code can't be called here
    static synchronized Jvmti ofThisJvm() {
        Jvmti known = only;
        if (known == null) {
            known = open();
            only = known;
        }
        return known;
    }

    private static Jvmti open() {
        NativeLibrary jvm = NativeLibrary.getInstance(library().toString());
        var machine = new PointerByReference();
        require(
                "JNI_GetCreatedJavaVMs",
                jvm.getFunction("JNI_GetCreatedJavaVMs")
                        .invokeInt(new Object[] {machine, 1, new IntByReference()}));
        var environment = new PointerByReference();
        require(
                "GetEnv",
                function(machine.getValue(), VM_GET_ENV)
                        .invokeInt(new Object[] {machine.getValue(), environment, VERSION}));
        Pointer tools = environment.getValue();
        try (var capabilities = new Memory(16)) {
            capabilities.clear();
            capabilities.setInt(0, CAN_SIGNAL_THREAD | CAN_SUSPEND);
            require(
                    "AddCapabilities",
                    function(tools, ADD_CAPABILITIES)
                            .invokeInt(new Object[] {tools, capabilities}));
        }
        return new Jvmti(tools);
    }

    private static Path library() {
        boolean windows =
                System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        return Path.of(
                System.getProperty("java.home"),
                windows ? "bin" : "lib",
                "server",
                System.mapLibraryName("jvm"));
    }

    private static Function function(Pointer object, int index) {
        return Function.getFunction(
                object.getPointer(0).getPointer((long) index * Native.POINTER_SIZE));
    }

    /// @return whether the thread stands still now
    boolean suspend(Thread thread) {
        return call(suspend, environment, thread) == 0;
    }

    /// @return whether the thread goes on
    boolean resume(Thread thread) {
        return call(resume, environment, thread) == 0;
    }

    /// @return whether the thread will throw it
    boolean stop(Thread thread, Throwable thrown) {
        return call(stop, environment, thread, thrown) == 0;
    }

    private static int call(Function function, Object... arguments) {
        return (Integer) function.invoke(int.class, arguments, WITH_OBJECTS);
    }

    private static void require(String function, int result) {
        if (result != 0) {
            throw new IllegalStateException(function + " answers " + result);
        }
    }
}
