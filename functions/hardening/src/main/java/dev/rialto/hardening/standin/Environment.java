package dev.rialto.hardening.standin;

import dev.rialto.hardening.GuardedSearches;
import dev.rialto.hardening.InsteadOf;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// Members of the JDK as library code sees them: an empty machine. None reveals anything about the
/// server, or changes it.
public final class Environment {
    private static final Map<String, String> PROPERTIES =
            Map.ofEntries(
                    Map.entry("line.separator", "\n"),
                    Map.entry("file.separator", "/"),
                    Map.entry("path.separator", ":"),
                    Map.entry("file.encoding", "UTF-8"),
                    Map.entry("java.version", "25"),
                    Map.entry("java.specification.version", "25"),
                    Map.entry("java.vm.specification.version", "25"),
                    Map.entry("java.class.version", "69.0"),
                    Map.entry("java.vendor", "Rialto"),
                    Map.entry("java.vm.name", "Rialto"),
                    Map.entry("os.name", "Linux"),
                    Map.entry("os.arch", "none"),
                    Map.entry("os.version", "0"),
                    Map.entry("user.dir", "/"),
                    Map.entry("user.home", "/"),
                    Map.entry("java.home", "/"),
                    Map.entry("java.io.tmpdir", "/"));

    private Environment() {}

    @InsteadOf(value = System.class, isStatic = true)
    public static @Nullable String getProperty(String key) {
        return PROPERTIES.get(key);
    }

    @InsteadOf(value = System.class, isStatic = true)
    public static @Nullable String getProperty(String key, @Nullable String otherwise) {
        return PROPERTIES.getOrDefault(key, otherwise);
    }

    @InsteadOf(value = System.class, isStatic = true)
    public static Properties getProperties() {
        var all = new Properties();
        all.putAll(PROPERTIES);
        return all;
    }

    @InsteadOf(value = System.class, isStatic = true)
    public static @Nullable String getenv(String name) {
        return null;
    }

    @InsteadOf(value = System.class, isStatic = true)
    public static Map<String, String> getenv() {
        return Map.of();
    }

    @SuppressWarnings("removal") // libraries still ask
    @InsteadOf(value = System.class, isStatic = true)
    public static @Nullable SecurityManager getSecurityManager() {
        return null;
    }

    @InsteadOf(value = System.class, isStatic = true)
    public static SystemLogger getLogger(String name) {
        return new SystemLogger() {
            @Override
            public String getName() {
                return name;
            }

            @Override
            public boolean isLoggable(System.Logger.Level level) {
                return false;
            }
        };
    }

    @InsteadOf(Class.class)
    public static Object newInstance(Class<?> type) throws ReflectiveOperationException {
        RevisionAccess revision = RevisionAccess.of(type);
        if (revision == null) {
            throw new IllegalAccessException(type + " does not belong to the revision");
        }
        return revision.instance(type);
    }

    @InsteadOf(value = System.class, isStatic = true)
    public static void gc() {
        // The server's collector is not for functions to start.
    }

    @InsteadOf(value = System.class, isStatic = true, named = "out")
    public static PrintStream out() {
        return new PrintStream(OutputStream.nullOutputStream());
    }

    @InsteadOf(value = System.class, isStatic = true, named = "err")
    public static PrintStream err() {
        return new PrintStream(OutputStream.nullOutputStream());
    }

    @InsteadOf(value = System.class, isStatic = true, named = "in")
    public static InputStream in() {
        return new ByteArrayInputStream(new byte[0]);
    }

    @InsteadOf(value = Throwable.class)
    public static void printStackTrace(Throwable thrown) {
        // There is nobody to read it.
    }

    @InsteadOf(value = File.class, isStatic = true)
    public static char separatorChar() {
        return '/';
    }

    @InsteadOf(value = File.class, isStatic = true)
    public static String separator() {
        return "/";
    }

    @InsteadOf(value = File.class, isStatic = true)
    public static char pathSeparatorChar() {
        return ':';
    }

    @InsteadOf(value = File.class, isStatic = true)
    public static String pathSeparator() {
        return ":";
    }

    @InsteadOf(StringBuffer.class)
    public static int indexOf(StringBuffer buffer, String wanted) {
        return GuardedSearches.indexOf(buffer.toString(), wanted);
    }

    @InsteadOf(StringBuffer.class)
    public static int indexOf(StringBuffer buffer, String wanted, int start) {
        return GuardedSearches.indexOf(buffer.toString(), wanted, start);
    }

    @InsteadOf(StringBuffer.class)
    public static int lastIndexOf(StringBuffer buffer, String wanted) {
        return GuardedSearches.lastIndexOf(buffer.toString(), wanted);
    }

    @InsteadOf(StringBuffer.class)
    public static int lastIndexOf(StringBuffer buffer, String wanted, int start) {
        return GuardedSearches.lastIndexOf(buffer.toString(), wanted, start);
    }

    @InsteadOf(URI.class)
    public static URL toURL(URI address) throws MalformedURLException {
        return new URL(address.toString());
    }

    @InsteadOf(Class.class)
    public static @Nullable URL getResource(Class<?> type, String name) {
        return null;
    }

    @InsteadOf(Class.class)
    public static Package getPackage(Class<?> type) {
        return new Package(type.getPackageName());
    }

    @InsteadOf(value = Boolean.class, isStatic = true)
    public static boolean getBoolean(String key) {
        return false;
    }

    @InsteadOf(value = Integer.class, isStatic = true)
    public static @Nullable Integer getInteger(String key) {
        return null;
    }

    @InsteadOf(value = Integer.class, isStatic = true)
    public static Integer getInteger(String key, int otherwise) {
        return otherwise;
    }

    @InsteadOf(value = Integer.class, isStatic = true)
    public static @Nullable Integer getInteger(String key, @Nullable Integer otherwise) {
        return otherwise;
    }

    @InsteadOf(value = Long.class, isStatic = true)
    public static @Nullable Long getLong(String key) {
        return null;
    }

    @InsteadOf(value = Long.class, isStatic = true)
    public static Long getLong(String key, long otherwise) {
        return otherwise;
    }

    @InsteadOf(value = Long.class, isStatic = true)
    public static @Nullable Long getLong(String key, @Nullable Long otherwise) {
        return otherwise;
    }

    @InsteadOf(String.class)
    public static String intern(String text) {
        // Comparisons by identity must hold. The JVM's table drops a String that nobody holds.
        return text.intern();
    }

    @InsteadOf(Thread.class)
    public static ClassLoader getContextClassLoader(Thread thread) {
        return ClassLoader.of(RevisionAccess.ofCaller());
    }

    @InsteadOf(Thread.class)
    public static StackTraceElement[] getStackTrace(Thread thread) {
        return new StackTraceElement[0];
    }

    @InsteadOf(value = Class.class, isStatic = true)
    public static Class<?> forName(String name) throws ClassNotFoundException {
        return RevisionAccess.ofCaller().type(name, true);
    }

    @InsteadOf(value = Class.class, isStatic = true)
    public static Class<?> forName(String name, boolean initialise, @Nullable ClassLoader loader)
            throws ClassNotFoundException {
        return RevisionAccess.ofCaller().type(name, initialise);
    }

    @InsteadOf(Class.class)
    public static @Nullable ClassLoader getClassLoader(Class<?> type) {
        RevisionAccess revision = RevisionAccess.of(type);
        return revision == null ? null : ClassLoader.of(revision);
    }

    @InsteadOf(Class.class)
    public static @Nullable InputStream getResourceAsStream(Class<?> type, String name) {
        RevisionAccess revision = RevisionAccess.of(type);
        if (revision == null) {
            return null;
        }
        String folder = type.getPackageName().replace('.', '/');
        String path =
                name.startsWith("/")
                        ? name.substring(1)
                        : folder.isEmpty() ? name : folder + "/" + name;
        return revision.resource(path);
    }
}
