package dev.rialto.hardening;

/// A line of a micro app that uses a class or member that functions may not use.
///
/// @param className the class, with dots
/// @param method its name; empty when it is about the class itself
/// @param line from 1; 0 when it is not known
/// @param target the class or member, e.g. `java.lang.System.exit`
/// @param file path in the artifact, e.g. `com/acme/A.class`
/// @param why it is refused, and what to use instead
public record ForbiddenUse(
        String className, String method, int line, String target, String file, String why) {

    /// In the form of a stack trace, which editors can link to the source: `com.acme.A.run(line 12)
    /// ...`.
    @Override
    public String toString() {
        var text = new StringBuilder(className);
        if (!method.isEmpty()) {
            text.append('.').append(method);
        }
        if (line > 0) {
            text.append(" (line ").append(line).append(')');
        }
        return text.append(" uses ").append(target).append(": ").append(why).toString();
    }
}
