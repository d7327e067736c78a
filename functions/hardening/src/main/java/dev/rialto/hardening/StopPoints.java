package dev.rialto.hardening;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Decides whether a thread may be stopped by an exception where it is: only within code of the
/// JDK, Groovy or hardening that a revision called and that touches nothing but what the revision
/// passed.
///
/// Code with server-wide state is never interrupted: initialisers, class loading, linkage,
/// reflection, caches of locales and formats, and all code of the server. Code that is not known to
/// be harmless counts as harmful.
final class StopPoints {
    private static final String LOCKS = "java.util.concurrent.locks.";
    private static final String PARK = "jdk.internal.misc.Unsafe";
    private static final String CONCURRENT = "java.util.concurrent.";

    private static final List<String> HARMLESS =
            List.of(
                    "java.util.",
                    "java.lang.AbstractStringBuilder",
                    "java.lang.Boolean",
                    "java.lang.Byte",
                    "java.lang.Character",
                    "java.lang.CharSequence",
                    "java.lang.Comparable",
                    "java.lang.Double",
                    "java.lang.Enum",
                    "java.lang.Float",
                    "java.lang.Integer",
                    "java.lang.Iterable",
                    "java.lang.Long",
                    "java.lang.Math",
                    "java.lang.Number",
                    "java.lang.Object",
                    "java.lang.Record",
                    "java.lang.Short",
                    "java.lang.StrictMath",
                    "java.lang.String",
                    "java.math.",
                    "java.text.",
                    "java.time.",
                    "java.io.Buffered",
                    "java.io.ByteArray",
                    "java.io.CharArray",
                    "java.io.Data",
                    "java.io.Filter",
                    "java.io.InputStream",
                    "java.io.OutputStream",
                    "java.io.Print",
                    "java.io.Pushback",
                    "java.io.Reader",
                    "java.io.Sequence",
                    "java.io.String",
                    "java.io.Writer",
                    "java.nio.Buffer",
                    "java.nio.ByteBuffer",
                    "java.nio.CharBuffer",
                    "java.nio.Heap",
                    "java.nio.charset.",
                    "sun.nio.cs.",
                    "jdk.internal.math.",
                    "jdk.internal.util.ArraysSupport",
                    "jdk.internal.util.DecimalDigits",
                    "groovy.lang.",
                    "org.apache.groovy.runtime.",
                    "org.codehaus.groovy.runtime.",
                    "dev.rialto.sdk.",
                    "dev.rialto.compiler.groovy.",
                    own(GuardedBigDecimals.class),
                    own(GuardedBigIntegers.class),
                    own(GuardedPatterns.class),
                    own(GuardedRanges.class),
                    own(GuardedSearches.class),
                    own(GuardedStreams.class),
                    own(GuardedStrings.class),
                    own(GuardedCharSequence.class));

    /// Methods that only find and call what a Groovy loop calls for each element, or an operand of
    /// a String concatenation.
    private static final Set<String> PASSED =
            Set.of(
                    Guard.class.getName() + ".part",
                    "groovy.lang.MetaClassImpl.invokeMethod",
                    "groovy.lang.MetaClassImpl.getMetaMethod",
                    "groovy.lang.MetaClassImpl.getMethodWithCaching",
                    "groovy.lang.MetaClassImpl.getNormalMethodWithCaching",
                    "groovy.lang.MetaMethod.doMethodInvoke");

    private static final List<String> HARMFUL =
            List.of(
                    "java.util.Calendar",
                    "java.util.Currency",
                    "java.util.Locale",
                    "java.util.ResourceBundle",
                    "java.util.ServiceLoader",
                    "java.util.SimpleTimeZone",
                    "java.util.TimeZone",
                    "java.util.Timer",
                    "java.util.concurrent.Executor",
                    "java.util.concurrent.ForkJoinPool",
                    "java.util.concurrent.ForkJoinWorker",
                    "java.util.concurrent.ThreadLocalRandom",
                    "java.util.concurrent.ThreadPool",
                    "java.util.jar.",
                    "java.util.logging.",
                    "java.util.zip.",
                    "java.lang.StringConcatFactory",
                    "java.nio.charset.Charset.",
                    "java.nio.charset.spi.",
                    "java.time.chrono.AbstractChronology",
                    "java.time.format.DateTimeFormatterBuilder",
                    "java.time.format.DateTimeTextProvider",
                    "java.time.zone.",
                    "sun.nio.cs.StandardCharsets",
                    "groovy.lang.Delegating",
                    "groovy.lang.Expando",
                    "groovy.lang.Groovy",
                    "groovy.lang.Meta",
                    "org.codehaus.groovy.runtime.InvokerHelper",
                    "org.codehaus.groovy.runtime.callsite.",
                    "org.codehaus.groovy.runtime.m12n.",
                    "org.codehaus.groovy.runtime.memoize.",
                    "org.codehaus.groovy.runtime.metaclass.");

    private StopPoints() {}

    private static String own(Class<?> type) {
        return type.getName();
    }

    /// Whether a thread with this stack may be stopped there.
    ///
    /// @param stack the innermost first
    static boolean allows(StackTraceElement[] stack) {
        boolean locks = false;
        boolean others = false;
        for (int i = 0; i < stack.length; i++) {
            String name = stack[i].getClassName();
            if (isOfRevision(stack[i])) {
                // Its own code checks already. A thread that waits for a lock is stopped only when
                // the lock is the revision's, rather than one inside of what it called.
                return i > 0 && !(locks && others);
            }
            if (name.startsWith(LOCKS) || name.equals(PARK)) {
                locks = true;
            } else if (!isHarmless(name, stack[i].getMethodName())) {
                return false;
            } else {
                others |= !name.startsWith(CONCURRENT);
            }
        }
        return false;
    }

    private static boolean isHarmless(String className, String method) {
        return PASSED.contains(className + "." + method)
                || (!method.equals("<clinit>")
                        && HARMLESS.stream().anyMatch(className::startsWith)
                        && HARMFUL.stream().noneMatch((className + ".")::startsWith));
    }

    /// Whether this is code of a revision: of no module, and not of the server's class path.
    static boolean isOfRevision(StackTraceElement frame) {
        return frame.getModuleName() == null
                && !Objects.equals(
                        frame.getClassLoaderName(), StopPoints.class.getClassLoader().getName());
    }
}
