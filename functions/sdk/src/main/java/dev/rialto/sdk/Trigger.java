package dev.rialto.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// An interface that the server calls when something happens to the objects of a class. See
/// [Moment] for what each takes and returns. A [FunctionException] before something happens refuses
/// it; afterwards it is only logged.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Trigger {
    Moment value();

    /// The class, e.g. `Order` or `_User`. Not given for log-ins.
    String of() default "_User";
}
