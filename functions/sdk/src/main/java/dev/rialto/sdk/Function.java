package dev.rialto.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A class that exposes a function of the micro app. Its methods that carry one of [Interface],
/// [CloudFunction], [Trigger], [Job], [Endpoint], [Schedule], [OnChange] or [OnEvent] are the
/// function's interfaces.
///
/// The class is public and has a public constructor without parameters. One instance serves all
/// calls, many at once: it keeps no state that calls change.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Function {
    /// The function's name in addresses: lower-case letters and digits. By default the class's
    /// simple name in lower case.
    String value() default "";
}
