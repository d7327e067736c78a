package dev.rialto.hardening;

/// What library code calls in place of members that are not available.
public final class Trap {
    private Trap() {}

    /// Stands in place of a member or type that functions may not use.
    ///
    /// @return never; so that the code around it can throw it
    public static RuntimeException unavailable(String what, String why) {
        throw new UnavailableException(what + " is not available to functions: " + why);
    }

    /// Stands in place of a class that neither the JDK nor the revision has.
    ///
    /// @return never; so that the code around it can throw it
    public static RuntimeException absent(String className) {
        throw new NoClassDefFoundError(className.replace('.', '/'));
    }
}
